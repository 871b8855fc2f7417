"""What the source says of logging in: hours of a profile, and apps whose files do not fit together."""

import pytest
from sfdx_sources import Loader, xml

from pytest_sfintegration.sfdx.model import LoginHours, Severity

ECA = {
    "externalClientApps/Shop.eca-meta.xml": xml("ExternalClientApplication", "<label>Web Shop</label>"),
}


def _policy(app: str, body: str = "") -> str:
    return xml(
        "ExtlClntAppOauthConfigurablePolicies",
        f"<externalClientApplication>{app}</externalClientApplication>{body}",
    )


def test_hours_are_read_by_day_and_an_empty_element_lifts_them(load_files: Loader) -> None:
    hours = "<loginHours><sundayStart>0</sundayStart><sundayEnd>0</sundayEnd></loginHours>"
    source = load_files(
        {
            "profiles/A.profile-meta.xml": xml("Profile", hours),
            "profiles/B.profile-meta.xml": xml("Profile", "<loginHours></loginHours>"),
        }
    )
    assert source.problems == ()
    assert source.profiles["A"].login_hours == (LoginHours(day=6, start=0, end=0),)
    assert source.profiles["B"].login_hours == ()


@pytest.mark.parametrize(
    "body",
    [
        "<mondayStart>480</mondayStart>",
        "<mondayStart>480</mondayStart><mondayEnd>60</mondayEnd>",
        "<mondayStart>480</mondayStart><mondayEnd>1500</mondayEnd>",
        "<mondayStart>8:00</mondayStart><mondayEnd>600</mondayEnd>",
        "<holidayStart>0</holidayStart>",
    ],
)
def test_hours_that_make_no_sense_taint_the_profile(load_files: Loader, body: str) -> None:
    source = load_files({"profiles/A.profile-meta.xml": xml("Profile", f"<loginHours>{body}</loginHours>")})
    problem = source.problems[0]
    assert (problem.severity, problem.about) == (Severity.ERROR, frozenset({"A"}))
    assert "<loginHours>" in problem.message
    assert problem.remedy


def test_files_of_an_app_that_do_not_fit_are_named(load_files: Loader) -> None:
    folder = "extlClntAppOauthPolicies"
    source = load_files(
        {
            **ECA,
            f"{folder}/A.ecaOauthPlcy-meta.xml": _policy(
                "shop", "<refreshTokenValidityPeriod>soon</refreshTokenValidityPeriod>"
            ),
            f"{folder}/B.ecaOauthPlcy-meta.xml": _policy("Shop"),
            f"{folder}/C.ecaOauthPlcy-meta.xml": _policy("Till"),
        }
    )
    told = [str(each) for each in source.problems]
    for words in ("no whole number", "a second file of this kind", "Till is not in the source"):
        assert any(words in each for each in told), told
    assert source.external_client_apps["Shop"].permitted_users == "AllSelfAuthorized"


def test_profile_that_an_app_names_is_found_by_its_name_and_a_standard_one_passed_over(
    load_files: Loader,
) -> None:
    policy = "<commaSeparatedProfile>Clerk, System Administrator</commaSeparatedProfile>"
    source = load_files(
        {
            **ECA,
            "extlClntAppOauthPolicies/A.ecaOauthPlcy-meta.xml": _policy("Shop", policy),
            "profiles/Clerk.profile-meta.xml": xml("Profile", ""),
        }
    )
    assert source.problems == ()
    assert source.profiles["Clerk"].setup_entities == {"ExternalClientApplication": frozenset({"Shop"})}
