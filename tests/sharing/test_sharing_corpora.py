"""The sharing rules of real projects: each is judged or refused, none passes unnoticed."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from sharing_orgs import Store, definition, permission_set

from pytest_sfintegration.embedded.permissions import effective
from pytest_sfintegration.embedded.sharing import RecordAccess, ShareEntry, SharingNotModelled, UserFacts
from pytest_sfintegration.embedded.sharing.audience import Audience
from pytest_sfintegration.sfdx.model import Group, Role, SharedWith, Source, Territories, Territory
from pytest_sfintegration.sfdx.project import load

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
RULES = CORPORA / "sdr-snapshots" / "test" / "snapshot" / "sampleProjects" / "sharingRules" / "originalMdapi"

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the reference material (../shared) is not at hand"
)


@cache
def source() -> Source:
    return load(RULES)


def test_every_rule_of_the_file_is_in_the_model() -> None:
    document = etree.parse(next(RULES.rglob("account.sharingRules"))).getroot()
    kinds = ("sharingOwnerRules", "sharingCriteriaRules", "sharingGuestRules", "sharingTerritoryRules")
    written = [one for kind in kinds for one in document.iter(f"{{*}}{kind}")]
    assert len(written) == len(source().sharing_rules) > 50


def test_an_internal_user_is_granted_denied_or_refused_by_each_rule() -> None:
    rules = source().sharing_rules
    named = {member for rule in rules for member in (rule.shared_to, rule.shared_from) if member is not None}
    roles = {one.name for one in named if one.kind.startswith("role") and one.name}
    groups = {one.name for one in named if one.kind == "group" and one.name}
    user = UserFacts(id="me", username="me@example.com", role=min(roles))
    outcomes: dict[str, set[str]] = {}
    for rule in rules:
        metadata = Source(
            objects={
                "Account": definition(
                    "Account", sharing_model="Private", fields=source().objects["Account"].fields
                )
            },
            permission_sets={"Sync": permission_set("Sync", {"Account": ["read", "edit"]})},
            roles={name: Role(name=name, label=name) for name in roles},
            groups={name: Group(name=name, label=name) for name in groups},
            sharing_rules=(rule,),
            territories=source().territories,
        )
        permissions = effective(metadata, profile=None, permission_sets=["Sync"], permission_set_groups=[])
        members = {name: [SharedWith(kind="user", name="me")] for name in groups}
        access = RecordAccess(metadata, users=[user], group_members=members, queues={}, records=Store({}, {}))
        record = {"Id": "1", "OwnerId": "somebody", "Name": "Test", "NumberOfEmployees": 100_000}
        try:
            outcome = access.decide(user, permissions, metadata.objects["Account"], record).max_access_level
        except SharingNotModelled:
            outcome = "refused"
        outcomes.setdefault(rule.shared_to.kind, set()).add(outcome)
    assert outcomes["allInternalUsers"] & {"Read", "Edit"}
    assert outcomes["group"] & {"Read", "Edit", "None"}
    # the snapshots name a territory of the original territory management, in which nobody is any more
    assert outcomes["territory"] == outcomes["territoryAndSubordinates"] == {"None"}
    for kind in ("allPartnerUsers", "allCustomerPortalUsers", "portalRole", "portalRoleAndSubordinates"):
        assert outcomes[kind] == {"None"}, kind


EVERYBODY = SharedWith(kind="allInternalUsers")
NORTH = SharedWith(kind="user", name="me"), SharedWith(kind="user", name="you")


def _of_sales_territories(member: SharedWith | None) -> SharedWith | None:
    """Return the member with a territory of an active model in place of the old one, else everybody."""
    if member is None or not member.kind.startswith("territory"):
        return member and EVERYBODY
    return SharedWith(kind=member.kind, name=f"FY.{member.name}")


@pytest.mark.parametrize("inside", [True, False])
def test_rules_of_the_snapshots_are_judged_for_a_territory_of_an_active_model(inside: bool) -> None:
    territory = Territory(name="FY.Territory_1", label="T", model="FY", account_access="Read")
    place = Territories(territories={territory.name: territory}, active_model="FY")
    users = [UserFacts(id=one, username=f"{one}@example.com") for one in ("me", "you")]
    share = ShareEntry(
        shared_with=SharedWith(kind="territory", name=territory.name),
        access_level="None",  # what the rules give is asked, not what the territory does
        row_cause="Territory2AssociationManual",
    )
    judged: dict[str, set[str]] = {}
    for written in source().sharing_rules:
        to, given = (_of_sales_territories(one) for one in (written.shared_to, written.shared_from))
        if to == EVERYBODY and given in {None, EVERYBODY}:
            continue
        rule = replace(written, shared_to=to or EVERYBODY, shared_from=given)
        account = definition("Account", sharing_model="Private", fields=source().objects["Account"].fields)
        metadata = Source(
            objects={"Account": account},
            permission_sets={"Sync": permission_set("Sync", {"Account": ["read", "edit"]})},
            sharing_rules=(rule,),
            territories=place,
        )
        permissions = effective(metadata, profile=None, permission_sets=["Sync"], permission_set_groups=[])
        record = {
            "Id": "1",
            "OwnerId": "you",
            "Name": "Test",
            "NumberOfEmployees": 1000,
            "AccountNumber": "5",
        }
        access = RecordAccess(
            metadata,
            users=users,
            group_members={territory.name: NORTH if inside else NORTH[1:]},
            queues={},
            records=Store({"Account": [record]}, {"1": [share]}),
        )
        level = access.decide(users[0], permissions, account, record).max_access_level
        assert level in {"None", rule.access_level}
        judged.setdefault(rule.type, set()).add(level)
        if rule.type != "criteria":  # the record is the territory's, and its owner is a member
            assert level == (rule.access_level if inside or to == EVERYBODY else "None"), rule.name
    assert set(judged) == {"owner", "criteria", "territory"}
    assert (judged["criteria"] == {"None"}) == (not inside)


# What a member element names, and whether the embedded org knows who that is: by hand from the Metadata API
# Developer Guide, SharedTo.
KNOWN = {
    "allInternalUsers",
    "allCustomerPortalUsers",
    "allPartnerUsers",
    "group",
    "groups",
    "guestUser",
    "queue",
    "role",
    "roles",
    "roleAndSubordinates",
    "rolesAndSubordinates",
    "roleAndSubordinatesInternal",
    "territories",
    "territoriesAndSubordinates",
    "territory",
    "territoryAndSubordinates",
}
REFUSED = {
    "channelProgramGroup",
    "managers",
    "managerSubordinates",
    "portalRole",
    "portalRoleAndSubordinates",
}


def _written() -> set[tuple[str, str, str]]:
    """Return (sharedTo or sharedFrom, element, value) of every rule of the snapshots, by lxml."""
    found = set()
    for path in (CORPORA / "sdr-snapshots").rglob("*haring*"):
        if path.is_file() and path.suffix != ".json" and ".snap" not in path.name:
            for holder in etree.parse(path).iter("{*}sharedTo", "{*}sharedFrom"):
                for member in holder:
                    side = etree.QName(holder).localname
                    found.add((side, etree.QName(member).localname, (member.text or "").strip()))
    return found


def test_every_member_of_the_snapshots_is_resolved_or_doubted() -> None:
    written = _written()
    assert {kind for _, kind, _ in written} <= KNOWN | REFUSED
    assert len(written) > 30
    named = {
        (side, member.kind.lower(), member.name or "")
        for rule in source().sharing_rules
        for side, member in (("sharedTo", rule.shared_to), ("sharedFrom", rule.shared_from))
        if member is not None
    }
    audience = Audience(
        Source(
            roles={name: Role(name=name, label=name) for _, kind, name in written if kind.startswith("role")},
            groups={
                name: Group(name=name, label=name) for _, kind, name in written if kind.startswith("group")
            },
            territories=source().territories,
        ),
        users=[UserFacts(id="me", username="me@example.com")],
        group_members={},
    )
    for side, kind, name in written:
        singular = {
            "groups": "group",
            "roles": "role",
            "rolesAndSubordinates": "roleAndSubordinates",
            "territories": "territory",
            "territoriesAndSubordinates": "territoryAndSubordinates",
        }.get(kind, kind)
        crowd = audience.members(SharedWith(kind=singular, name=name or None))
        assert bool(crowd.doubts) == (kind in REFUSED), kind
        assert (side, singular.lower(), name) in named, (side, kind, name)
