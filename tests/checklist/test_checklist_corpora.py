"""Profiles that no one here wrote: the truths are counted by hand from the files, entry by entry."""

from pathlib import Path

import pytest
from checklist_org import TODAY, Line

from pytest_sfintegration.checks.checklist.judge import judge_checklist
from pytest_sfintegration.checks.checklist.run import look_up
from pytest_sfintegration.checks.verdict import PracticeResult
from pytest_sfintegration.collect.practices import practice_hints, suite_users
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, UserSpec
from pytest_sfintegration.matrix.checklist.rows import ChecklistRow
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.orgs.client import Budget, OrgClient
from pytest_sfintegration.sfdx.project import load_many

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the corpora (../shared/corpora) are not at hand"
)

OPEN = "the user can log in from anywhere"
LICENSE = "no profile of this licence is a clone of it"

# roots, profile, permission sets; by item the state, and what must be said, in order
TRUTHS = {
    # 11 objectPermissions with a right, 130 readable fields, ManageCMS, 70 classes, 9 tabs; one app, no right
    "desnz-prs administrator": (
        ("desnz-prs",),
        "Admin",
        (),
        {
            "profile_base": ("not met", (LICENSE,)),
            "profile_empty": (
                "not met",
                (
                    "11 objects: ",
                    "130 fields of 11 objects",
                    "1 user permission: ManageCMS",
                    "Apex classes: 70",
                    "9 tabs: ",
                ),
            ),
            "rights_by_permission_sets": (
                "not met",
                (
                    "the profile grants 11 objects: ",
                    "the profile grants 130 fields",
                    "no permission set and no",
                ),
            ),
            "user_license": ("not met", ("the user licence is Salesforce",)),
            "login_ip_ranges": ("not met", (OPEN,)),
            "custom_permissions": ("met", ()),
            "privileged_rights": ("met", ()),  # the file names ManageCMS alone
        },
    ),
    # no object; 33 readable fields of 6 objects, 5 user permissions (one Chatter's), one app, 9 tabs
    "desnz-prs call handler": (
        ("desnz-prs",),
        "DESNZ PRS Assisted Digital Call Handler",
        ("DESNZ_PRS_Assisted_Digital_Handler_Access",),
        {
            "profile_empty": (
                "not met",
                ("33 fields of 6 objects", "4 user permissions: ActivitiesAccess", "9 tabs: "),
            ),
            "rights_by_permission_sets": ("not met", ("the profile grants 33 fields of 6 objects",)),
            "not_a_person": ("not met", ("nothing grants API Only User",)),
            "compatible_licenses": ("met", ()),  # the set is for no licence
            "privileged_rights": ("met", ()),
        },
    ),
    # 2 objects, 33 fields of them, 3 user permissions (one is of Chatter), one app, 2 tabs
    "pmm user": (
        ("pmm/unpackaged/config/customer_profiles", "pmm"),
        "Program Management Standard User",
        (),
        {
            "profile_empty": (
                "not met",
                (
                    "2 objects: Account, Contact",
                    "33 fields of 2 objects",
                    "2 user permissions: ActivitiesAccess, ViewHelpLink",
                    "2 tabs: standard-Account, standard-Contact",
                ),
            ),
            "session": ("could not be told", ()),
        },
    ),
    # 3 objects, 35 fields, 3 classes, one page; its session settings leave the time to the org (0)
    "ebikes guest": (
        ("ebikes-lwc", "ebikes-lwc/guest-profile-metadata"),
        "E-Bikes Profile",
        (),
        {
            "profile_base": ("not met", (LICENSE,)),
            "profile_empty": (
                "not met",
                (
                    "3 objects: Case, Product_Family__c, Product__c",
                    "35 fields of 3 objects",
                    "Apex classes: 3",
                    "Visualforce pages: 1",
                ),
            ),
            "user_license": ("not met", ("the user licence is Guest User License",)),
            "session": ("could not be told", ()),
        },
    ),
    # the licence and API Only User are right; one object and one field are not
    "handmade integration": (
        ("muting-handmade",),
        "Integration Base",
        (),
        {
            "profile_base": ("met", ()),
            "profile_empty": ("not met", ("1 object: Account", "1 field of 1 object")),
            "not_a_person": ("met", ()),
            "user_license": ("met", ()),
            "integration_license": ("not met", ("SalesforceAPIIntegrationPsl is not assigned",)),
            "privileged_rights": ("met", ()),
            "dormant_grants": ("met", ()),  # Account alone, which is used
        },
    ),
    # the set grants three objects, one of which is used, and modify all data
    "handmade backup": (
        ("muting-handmade",),
        "Integration Base",
        ("Backup",),
        {
            "privileged_rights": ("not met", ("ModifyAllData (high) is not justified, granted by Backup",)),
            "dormant_grants": (
                "not met",
                ("granted and not used: Case, by Backup", "granted and not used: Pricebook2, by Backup"),
            ),
            "uses": ("met", ()),
        },
    ),
}


@pytest.mark.parametrize("name", list(TRUTHS))
def test_items_tell_the_truth_of_a_profile(name: str, tmp_path: Path) -> None:
    roots, profile, sets, truths = TRUTHS[name]
    found = judged([CORPORA / root for root in roots], profile, sets, tmp_path)
    for item, (state, words) in truths.items():
        practice = found[item]
        assert practice.state == state, practice
        assert len(practice.problems) == len(words), practice.problems
        for problem, begin in zip(practice.problems, words, strict=True):
            assert problem.startswith(begin), practice.problems


def judged(roots: list[Path], profile: str, sets: tuple[str, ...], folder: Path) -> dict[str, PracticeResult]:
    source = load_many(roots)
    path = folder / "a.matrix.yaml"
    path.write_text(
        f"integration: A\nuser:\n  username: a@acme.example\n  profile: {profile}\n"
        f"  permission_sets: [{', '.join(sets)}]\nobjects: {{Account: R}}\n"
        "checklist: {preset: strict, uses: [Account]}\n",
        encoding="utf-8",
    )
    matrix = load(path, environ={}, root=folder)
    held = ("SalesforceAPIIntegrationPsl",) if "Backup" in sets else ()  # without it the org refuses the set
    user = UserSpec(
        username="a@acme.example", profile=profile, permission_sets=sets, permission_set_licenses=held
    )
    setup = OrgClient(
        transport=Line(EmbeddedOrg(source, [user]), frozenset()),
        budget=Budget(),
        api_version="62.0",
        username=SETUP_USERNAME,
    )
    rows = [row for row in expand(matrix) if isinstance(row, ChecklistRow)]
    given = (practice_hints(source), suite_users(matrix, [matrix]))
    facts = look_up(rows, setup, user.username, today=TODAY, given=given)
    results = [judge_checklist(row, facts, TODAY).practice for row in rows]
    return {one.item: one for one in results if one is not None}
