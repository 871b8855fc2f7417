"""Elements and files that are not modelled and could change access are told, never passed over."""

from pathlib import Path

import pytest

from pytest_sfintegration.sfdx import project
from pytest_sfintegration.sfdx.model import Open, Source

XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
BASE = "force-app/main/default"


def load(root: Path, name: str, root_tag: str, body: str) -> Source:
    path = root / BASE / name
    path.parent.mkdir(parents=True)
    path.write_text(f'<?xml version="1.0"?>\n<{root_tag} {XMLNS}>{body}</{root_tag}>\n')
    return project.load(root)


FILES = {
    "roles/Rep.role-meta.xml": ("Role", "<name>Rep</name>", Open.ALL_RECORDS),
    "groups/Team.group-meta.xml": ("Group", "<name>Team</name>", Open.ALL_RECORDS),
    "queues/Desk.queue-meta.xml": ("Queue", "<name>Desk</name>", Open.ALL_RECORDS),
    "permissionsetgroups/All.permissionsetgroup-meta.xml": (
        "PermissionSetGroup",
        "<label>All</label>",
        Open.RIGHTS,
    ),
    "restrictionRules/Own.rule-meta.xml": (
        "RestrictionRule",
        "<enforcementType>Restrict</enforcementType><targetEntity>Event</targetEntity>",
        Open.RECORDS,
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_element_that_is_not_modelled_leaves_open_what_hangs_on_it(tmp_path: Path, name: str) -> None:
    root_tag, body, leaves_open = FILES[name]
    source = load(tmp_path, name, root_tag, f"{body}<opensDoors>true</opensDoors>")
    (problem,) = source.problems
    assert problem.message == "<opensDoors> is not modelled, and could change access."
    assert (problem.line, problem.leaves_open) == (2, leaves_open)


@pytest.mark.parametrize("name", FILES)
def test_what_is_modelled_is_no_problem(tmp_path: Path, name: str) -> None:
    root_tag, body, _ = FILES[name]
    assert load(tmp_path, name, root_tag, body).problems == ()


def test_user_access_policy_is_told(tmp_path: Path) -> None:
    name = "useraccesspolicies/Grant.useraccesspolicy-meta.xml"
    (problem,) = load(tmp_path, name, "UserAccessPolicy", "<masterLabel>G</masterLabel>").problems
    assert problem.message.startswith("is a user access policy, which is not modelled")


@pytest.mark.parametrize(
    ("start", "end", "good"),
    [
        ("192.0.2.0", "192.0.2.255", True),
        ("2001:db8::", "2001:db8::ff", True),
        ("192.0.2.9", "192.0.2.1", False),
        ("192.0.2.0/24", "192.0.2.255", False),
        ("zz", "192.0.2.255", False),
        ("192.0.2.1", "2001:db8::1", False),
    ],
)
def test_login_ip_range_is_one_of_addresses(tmp_path: Path, start: str, end: str, good: bool) -> None:
    ranges = f"<startAddress>{start}</startAddress><endAddress>{end}</endAddress>"
    body = (
        f"<custom>true</custom><loginIpRanges>{ranges}</loginIpRanges><userLicense>Salesforce</userLicense>"
    )
    source = load(tmp_path, "profiles/P.profile-meta.xml", "Profile", body)
    assert [one.message for one in source.problems] == (
        [] if good else [f"<loginIpRanges> from {start} to {end} is no range of addresses."]
    )
    assert len(source.profiles["P"].login_ip_ranges) == good
