"""``sfintegration compare`` between served orgs: each seeded difference is found, and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import seeded_org as seeded
from seeded_org import (
    COMPANIES,
    GROUP,
    IDLE,
    INVOICE,
    MONEY,
    MUTING,
    OTHER,
    PEOPLE,
    PROFILE,
    SPARE,
    USER,
    Change,
    access,
    add,
    custom,
    fields,
    flow,
    permission,
    remove,
    runs,
    tag,
    text,
    user,
)

from pytest_sfintegration.cli.main import main
from pytest_sfintegration.comparison.differences import Pair, compare
from pytest_sfintegration.comparison.document import document_of
from pytest_sfintegration.comparison.facts import Snapshot
from pytest_sfintegration.comparison.snapshot import take_snapshot
from pytest_sfintegration.embedded.history_specs import Expiration
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.server import serve
from pytest_sfintegration.embedded.specs import SETUP_USERNAME
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.embedded import client_of

Found = tuple[str, str, str]
"""The place, what is said, and how B differs."""


@dataclass(frozen=True)
class Seed:
    """A change, the differences it makes, and how many things follow from them."""

    change: Change
    differences: tuple[Found, ...]
    follows: frozenset[Found] = frozenset()


def seed(change: Change, *differences: Found, follows: tuple[Found, ...] = ()) -> Seed:
    return Seed(change, differences, frozenset(follows))


ME = f"user {USER}"
SYNC = "permission set group Sync"


def both(what: str, word: str) -> tuple[Found, ...]:
    """A right of a member reaches the group, and the user who holds it."""
    return (SYNC, what, word), (ME, what, word)


SEEDS = {
    "object permission added": seed(
        text(COMPANIES, access("Account", "CRE"), access("Account", "CRED")),
        ("permission set Companies", "delete Account", "extra"),
        follows=both("delete Account", "extra"),
    ),
    "object permission removed": seed(
        text(COMPANIES, access("Account", "CRE"), access("Account", "RE")),
        ("permission set Companies", "create Account", "missing"),
        follows=both("create Account", "missing"),
    ),
    "all rights on an object removed": seed(
        text(MONEY, access("Invoice__c", "RE"), ""),
        ("permission set Money", "edit Invoice__c", "missing"),
        ("permission set Money", "read Invoice__c", "missing"),
        follows=(
            (ME, "edit Invoice__c", "missing"),
            (ME, "read Invoice__c", "missing"),
            (ME, "edit Invoice__c.Total__c", "missing"),
            (ME, "read Invoice__c.Total__c", "missing"),
        ),
    ),
    "view all added": seed(
        text(MONEY, access("Invoice__c", "RE"), access("Invoice__c", "REV")),
        ("permission set Money", "view all Invoice__c", "extra"),
        follows=((ME, "view all Invoice__c", "extra"),),
    ),
    "view all fields added": seed(
        text(MONEY, access("Invoice__c", "RE"), access("Invoice__c", "REF")),
        ("permission set Money", "view all fields Invoice__c", "extra"),
        follows=((ME, "view all fields Invoice__c", "extra"),),
    ),
    "field permission added": seed(
        add(MONEY, fields("Account.Rating", edit=False)),
        ("permission set Money", "read Account.Rating", "extra"),
        follows=((ME, "read Account.Rating", "extra"),),
    ),
    "field made read-only": seed(
        text(COMPANIES, fields("Account.Phone"), fields("Account.Phone", edit=False)),
        ("permission set Companies", "edit Account.Phone", "missing"),
        follows=both("edit Account.Phone", "missing"),
    ),
    "field permission removed": seed(
        text(COMPANIES, fields("Account.Industry", edit=False), ""),
        ("permission set Companies", "read Account.Industry", "missing"),
        follows=both("read Account.Industry", "missing"),
    ),
    "user permission added": seed(
        add(MONEY, permission("ViewSetup")),
        ("permission set Money", "ViewSetup", "extra"),
        follows=((ME, "ViewSetup", "extra"),),
    ),
    "user permission removed": seed(
        text(MONEY, permission("RunReports"), ""),
        ("permission set Money", "RunReports", "missing"),
        follows=((ME, "RunReports", "missing"),),
    ),
    "user permission of the profile added": seed(
        add(PROFILE, permission("ViewSetup")),
        ("profile Integration", "ViewSetup", "extra"),
        follows=((ME, "ViewSetup", "extra"),),
    ),
    "right of a profile that the user does not have": seed(
        add(OTHER, access("Lead", "R")), ("profile Other", "read Lead", "extra")
    ),
    "right of a permission set that nobody has": seed(
        text(SPARE, access("Lead", "R"), access("Lead", "CR")),
        ("permission set Spare", "create Lead", "extra"),
        follows=(("permission set group Idle", "create Lead", "extra"),),
    ),
    "class added": seed(
        add(MONEY, runs("Billing")),
        ("permission set Money", "Apex class Billing", "extra"),
        follows=((ME, "Apex class Billing", "extra"),),
    ),
    "class removed": seed(
        text(PEOPLE, runs("Sync"), ""),
        ("permission set People", "Apex class Sync", "missing"),
        follows=both("Apex class Sync", "missing"),
    ),
    "flow added": seed(
        add(MONEY, flow("Nightly")), ("permission set Money", "flow Nightly", "extra")
    ),
    "custom permission added": seed(
        add(MONEY, custom("See_Margin")),
        ("permission set Money", "custom permission See_Margin", "extra"),
        follows=((ME, "custom permission See_Margin", "extra"),),
    ),
    "custom permission removed": seed(
        text(MONEY, custom("Skip_Alerts"), ""),
        ("permission set Money", "custom permission Skip_Alerts", "missing"),
        follows=((ME, "custom permission Skip_Alerts", "missing"),),
    ),
    "muting widened": seed(
        add(MUTING, fields("Contact.Phone")),
        (SYNC, "edit Contact.Phone", "extra"),
        (SYNC, "read Contact.Phone", "extra"),
        follows=(*both("edit Contact.Phone", "missing"), *both("read Contact.Phone", "missing")),
    ),
    "muting removed": seed(
        Change(
            texts=(
                (GROUP, tag("mutingPermissionSets", "No_Delete"), ""),
                (MUTING, "", None),
            )
        ),
        (SYNC, "delete Contact", "missing"),
        (SYNC, "modify all Contact", "missing"),
        follows=both("delete Contact", "extra"),
    ),
    "group member removed": seed(
        text(GROUP, tag("permissionSets", "Companies"), ""),
        (SYNC, "permission set Companies", "missing"),
        follows=tuple(
            each
            for what in (
                "create Account", "read Account", "edit Account", "read Account.Phone", "edit Account.Phone",
                "read Account.Industry", "flow Nightly",
            )
            for each in both(what, "missing")
        ),
    ),
    "group member added": seed(
        add(GROUP, tag("permissionSets", "Spare")),
        (SYNC, "permission set Spare", "extra"),
        follows=both("read Lead", "extra"),
    ),
    "group removed": seed(remove(IDLE), ("permission set group Idle", "", "missing")),
    "group outdated": seed(
        text(IDLE, tag("status", "Updated"), tag("status", "Outdated")),
        ("permission set group Idle", "status", "changed"),
    ),
    "permission set missing": seed(
        Change(texts=((SPARE, "", None), (IDLE, "", None))),
        ("permission set Spare", "", "missing"),
        ("permission set group Idle", "", "missing"),
    ),
    "permission set that is assigned missing": seed(
        Change(texts=((MONEY, "", None),), user={"permission_sets": ()}),
        ("permission set Money", "", "missing"),
        follows=(
            (ME, "permission set Money", "missing"),
            (ME, "read Invoice__c", "missing"),
            (ME, "edit Invoice__c", "missing"),
            (ME, "read Invoice__c.Total__c", "missing"),
            (ME, "edit Invoice__c.Total__c", "missing"),
            (ME, "custom permission Skip_Alerts", "missing"),
            (ME, "RunReports", "missing"),
        ),
    ),
    "licence of a permission set": seed(
        text(PEOPLE, tag("license", "Salesforce API Integration"), ""),
        ("permission set People", "licence", "changed"),
    ),
    "activation of a permission set": seed(
        text(SPARE, tag("hasActivationRequired", "false"), tag("hasActivationRequired", "true")),
        ("permission set Spare", "needs activation", "changed"),
    ),
    "licence of a profile": seed(
        text(OTHER, tag("userLicense", "Salesforce"), tag("userLicense", "Salesforce Integration")),
        ("profile Other", "licence", "changed"),
    ),
    "assignment missing": seed(
        user(permission_sets=()),
        (ME, "permission set Money", "missing"),
        follows=(
            (ME, "read Invoice__c", "missing"),
            (ME, "edit Invoice__c", "missing"),
            (ME, "read Invoice__c.Total__c", "missing"),
            (ME, "edit Invoice__c.Total__c", "missing"),
            (ME, "custom permission Skip_Alerts", "missing"),
            (ME, "RunReports", "missing"),
        ),
    ),
    "assignment extra": seed(
        user(permission_sets=("Money", "Spare")),
        (ME, "permission set Spare", "extra"),
        follows=((ME, "read Lead", "extra"),),
    ),
    "assignment of what is held anyway": seed(
        user(permission_sets=("Money", "Companies")), (ME, "permission set Companies", "extra")
    ),
    "assignment expired": seed(
        user(permission_set_groups=("Sync",), permission_sets=("Money",), expired_permission_sets=("Spare",)),
        (ME, "permission set Spare", "extra"),
    ),
    "assignment of a group extra": seed(
        user(permission_set_groups=("Sync", "Idle")),
        (ME, "permission set group Idle", "extra"),
        follows=((ME, "read Lead", "extra"),),
    ),
    "profile of the user": seed(
        user(profile="Other", license="Salesforce"),
        (ME, "profile", "changed"),
        follows=((ME, "ApiUserOnly", "missing"),),
    ),
    "role of the user": seed(user(role="APAC"), (ME, "role", "changed")),
    "no role": seed(user(role=None), (ME, "role", "changed")),
    "public group of the user": seed(
        user(public_groups=("Partners", "Vendors")), (ME, "public group Vendors", "extra")
    ),
    "queue of the user": seed(user(queues=()), (ME, "queue Triage", "missing")),
    "assignment that ends": seed(
        user(expirations=(Expiration(name="Money", at="2999-01-01T00:00:00Z"),)),
        (ME, "permission set Money", "changed"),
    ),
    "user frozen": seed(user(frozen=True), (ME, "frozen", "changed")),
    "user inactive": seed(user(is_active=False), (ME, "active", "changed")),
    "internal org-wide default": seed(
        text(INVOICE, tag("sharingModel", "Private"), tag("sharingModel", "ReadWrite")),
        ("object Invoice__c", "internal default", "changed"),
    ),
    "external org-wide default": seed(
        Change(
            texts=(
                (INVOICE, tag("sharingModel", "Private"), tag("sharingModel", "Read")),
                (INVOICE, tag("externalSharingModel", "Private"), tag("externalSharingModel", "Read")),
            )
        ),
        ("object Invoice__c", "external default", "changed"),
        ("object Invoice__c", "internal default", "changed"),
    ),
    "role added": seed(
        text("roles/ANZ.role-meta.xml", "", seeded.FILES["roles/APAC.role-meta.xml"]),
        ("role ANZ", "", "extra"),
    ),
    "role removed": seed(remove("roles/APAC.role-meta.xml"), ("role APAC", "", "missing")),
    "role moved": seed(
        text("roles/APAC.role-meta.xml", tag("parentRole", "Sales"), tag("parentRole", "EMEA")),
        ("role APAC", "parent", "changed"),
    ),
    "role's access to contacts": seed(
        text("roles/APAC.role-meta.xml", "<contactAccessLevel>Edit", "<contactAccessLevel>None"),
        ("role APAC", "Contact access of account owners", "changed"),
    ),
    "public group removed": seed(
        remove("groups/Vendors.group-meta.xml"), ("public group Vendors", "", "missing")
    ),
    "public group that grants using hierarchies": seed(
        text("groups/Vendors.group-meta.xml", "<doesIncludeBosses>false", "<doesIncludeBosses>true"),
        ("public group Vendors", "grants access using hierarchies", "changed"),
    ),
    "queue removed": seed(remove("queues/Night.queue-meta.xml"), ("queue Night", "", "missing")),
    "object of a queue": seed(
        add("queues/Night.queue-meta.xml", tag("queueSobject", tag("sobjectType", "Case"))),
        ("queue Night", "object Case", "extra"),
    ),
    "profile removed": seed(remove(OTHER), ("profile Other", "", "missing")),
    "object gone": seed(
        Change(
            texts=(
                (INVOICE, "", None),
                ("objects/Invoice__c/fields/Total__c.field-meta.xml", "", None),
                (MONEY, access("Invoice__c", "RE"), ""),
                (MONEY, fields("Invoice__c.Total__c"), ""),
            )
        ),
        ("object Invoice__c", "", "missing"),
        follows=tuple(
            (place, what, "missing")
            for place in ("permission set Money", ME)
            for what in (
                "read Invoice__c", "edit Invoice__c", "read Invoice__c.Total__c", "edit Invoice__c.Total__c"
            )
        )
        + tuple(  # the setup user's profile, which holds everything
            ("profile System Administrator", what, "missing")
            for what in (
                *(f"{one} Invoice__c" for one in (
                    "create", "read", "edit", "delete", "view all", "modify all", "view all fields"
                )),
                "read Invoice__c.Total__c", "edit Invoice__c.Total__c",
            )
        ),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def served_a(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    org = seeded.org(tmp_path_factory.mktemp("a"))
    with serve(org) as server:
        yield server.base_url, org.login_token(SETUP_USERNAME)


def _entries(folder: Path, **orgs: tuple[str, str]) -> str:
    path = folder / "sf_orgs.yaml"
    lines = [
        f"{name}: {{url: '{url}', setup: {{access_token: '{token}'}}}}" for name, (url, token) in orgs.items()
    ]
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    return f"--orgs={path}"


def _word(one: dict[str, Any]) -> str:
    return "extra" if one["a"] is None else "missing" if one["b"] is None else "changed"


def _found(differences: list[dict[str, Any]]) -> list[Found]:
    return sorted((f"{one['kind']} {one['name']}", one["what"], _word(one)) for one in differences)


def _check(one: Seed, differences: list[dict[str, Any]]) -> None:
    assert _found(differences) == sorted(one.differences)
    follows = [each for difference in differences for each in difference["follows"]]
    assert set(_found(follows)) == one.follows


@pytest.mark.parametrize("name", list(SEEDS)[::3])
def test_a_seeded_difference_between_served_orgs_is_found_and_nothing_else(
    name: str, served_a: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = SEEDS[name]
    org = seeded.org(tmp_path / "b", one.change)
    with serve(org) as server:
        orgs = _entries(tmp_path, a=served_a, b=(server.base_url, org.login_token(SETUP_USERNAME)))
        status = main(["compare", "a", "b", orgs, f"--user={USER}", f"--json={tmp_path / 'found.json'}"])
    told = capsys.readouterr()
    assert status == 1, told
    document = json.loads((tmp_path / "found.json").read_text())
    _check(one, document["differences"])
    assert document["untold"] == []
    assert document["same"] is False
    assert max(map(len, told.out.splitlines())) <= 80


def _snapshot(org: EmbeddedOrg) -> Snapshot:
    return take_snapshot(client_of(org, SETUP_USERNAME, Budget()), [USER])


def _told(a: Snapshot, b: Snapshot) -> list[dict[str, Any]]:
    found = compare(a, b, [Pair(a=USER, b=USER)])
    document = document_of(orgs={}, containers=found, matrices=(), untold=found.untold, passed=())
    assert document["untold"] == []
    return list(document["differences"])


@pytest.fixture(scope="module")
def snapshot_a(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return _snapshot(seeded.org(tmp_path_factory.mktemp("a")))


@pytest.mark.parametrize("name", SEEDS)
def test_a_seeded_difference_is_found_from_both_sides(
    name: str, snapshot_a: Snapshot, tmp_path: Path
) -> None:
    other = _snapshot(seeded.org(tmp_path, SEEDS[name].change))
    there = _told(snapshot_a, other)
    _check(SEEDS[name], there)
    back = _told(other, snapshot_a)
    mirrored = [{**one, "a": one["b"], "b": one["a"]} for one in there]
    assert _found(back) == _found(mirrored)
    assert _told(other, other) == []


def test_an_org_is_like_its_twin(
    served_a: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    org = seeded.org(tmp_path / "b")
    before = {name: len(one.rows) for name, one in org.world.storage._tables.items()}
    with serve(org) as server:
        orgs = _entries(tmp_path, a=served_a, b=(server.base_url, org.login_token(SETUP_USERNAME)))
        assert main(["compare", "a", "b", orgs, f"--user={USER}"]) == 0
    assert "No difference; compared: 4 profiles, 4 permission sets" in capsys.readouterr().out
    assert {name: len(one.rows) for name, one in org.world.storage._tables.items()} == before


def test_at_least_thirty_differences_are_seeded() -> None:
    assert len(SEEDS) >= 30
