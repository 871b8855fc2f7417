"""Random orgs for the oracle, and the same orgs as the engine takes them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from sharing_oracle import Org

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.permissions import EffectivePermissions, effective
from pytest_sfintegration.embedded.sharing import RecordAccess, ShareEntry, UserFacts
from pytest_sfintegration.embedded.sharing.territories import levels_of
from pytest_sfintegration.sfdx.model import (
    ContainerKind,
    CriteriaItem,
    FieldDef,
    Governance,
    Group,
    ObjectDef,
    ObjectKind,
    ObjectPermission,
    PermissionContainer,
    Queue,
    Role,
    SharedWith,
    SharingRule,
    Source,
    Territories,
    Territory,
)
from pytest_sfintegration.sfdx.territory_model import TerritoryModel

ROLES = ("Boss", "East", "West", "Intern")
USERS = ("u0", "u1", "u2", "u3")
GROUPS = ("Readers", "Writers")
OBJECTS = ("Thing__c", "Detail__c", "Account", "Contact", "Opportunity")
REGIONS = ("EMEA", "apac", None)
OWN = st.sampled_from([*["Private"] * 4, "Read", "ReadWrite", "ReadWriteTransfer", "FullAccess"])
ACCESS = st.sampled_from(["Read", "Edit"])
SETTING = st.sampled_from(["None", "Read", "Edit"])

TERRITORIES = ("World", "North", "South")
territory = st.tuples(
    st.sampled_from(["territory", "territoryAndSubordinates"]), st.sampled_from(TERRITORIES)
)
named = st.one_of(
    st.tuples(
        st.sampled_from(["role", "roleAndSubordinates", "roleAndSubordinatesInternal"]),
        st.sampled_from(ROLES),
    ),
    st.tuples(st.just("group"), st.sampled_from(GROUPS)),
    st.tuples(st.just("queue"), st.just("Desk")),
    st.tuples(st.sampled_from(["managers", "managerSubordinates"]), st.sampled_from(USERS)),
    territory,
)
recipients = st.one_of(named, st.just(("allInternalUsers", "")))
group_member = st.one_of(
    st.tuples(st.just("user"), st.sampled_from(USERS)),
    st.tuples(st.sampled_from(["role", "roleAndSubordinates"]), st.sampled_from(ROLES)),
    st.tuples(st.just("group"), st.sampled_from(GROUPS)),
)
rules = st.fixed_dictionaries(
    {
        "object": st.sampled_from(["Thing__c", "Account", "Contact", "Opportunity"]),
        "to": recipients,
        "from": st.one_of(st.none(), named),
        "type": st.just(""),
        "region": st.sampled_from(["EMEA", "APAC"]),
        "access": ACCESS,
        "settings": st.fixed_dictionaries({"contactAccessLevel": SETTING, "opportunityAccessLevel": SETTING}),
    }
)
territory_rules = st.fixed_dictionaries(
    {
        "object": st.just("Account"),
        "to": recipients,
        "from": territory,
        "type": st.just("territory"),
        "region": st.just(""),
        "access": ACCESS,
        "settings": st.fixed_dictionaries({"contactAccessLevel": SETTING, "opportunityAccessLevel": SETTING}),
    }
)
by_territories = st.fixed_dictionaries(
    {
        "object": st.sampled_from(["Account", "Opportunity"]),
        "to": territory,
        "from": st.one_of(st.none(), territory),
        "type": st.just(""),
        "region": st.just("EMEA"),
        "access": ACCESS,
        "settings": st.fixed_dictionaries({"contactAccessLevel": SETTING, "opportunityAccessLevel": SETTING}),
    }
)
territory_levels = st.fixed_dictionaries(
    {"Account": st.sampled_from(["Read", "Edit", "All"]), "Contact": SETTING, "Opportunity": SETTING}
)
rights = st.sampled_from([*[("edit", "delete")] * 5, (), ("delete",), ("view_all",), ("edit", "modify_all")])


@st.composite
def orgs(draw: st.DrawFn, *, territorial: bool = False) -> Org:
    """Draw an org: a role tree, users, groups, territories, rules, shares and records of five objects.

    ``territorial``: one in which little but territories gives access.
    """
    roles = {name: draw(st.sampled_from([*ROLES[:n], *ROLES[:n], None])) for n, name in enumerate(ROLES)}
    own = st.just("Private") if territorial else OWN
    defaults = {name: draw(own) for name in ("Thing__c", "Account", "Opportunity")}
    defaults["Contact"] = draw(st.sampled_from(["ControlledByParent", "Private", "Read", "ReadWrite"]))
    owners = st.sampled_from([*USERS, "queue"])

    def row(obj: str, number: int, **more: object) -> dict[str, object]:
        region = draw(st.sampled_from(REGIONS))
        return {"Id": f"{obj}-{number}", "OwnerId": draw(owners), "Region__c": region, **more}

    records: dict[str, list[dict[str, object]]] = {
        "Thing__c": [row("Thing__c", n) for n in range(2)],
        "Account": [row("Account", n) for n in range(2)],
    }
    accounts = st.sampled_from([one["Id"] for one in records["Account"]])
    records["Detail__c"] = [{"Id": f"Detail__c-{n}", "Thing__c": f"Thing__c-{n}"} for n in range(2)]
    records["Contact"] = [row("Contact", n, AccountId=draw(st.one_of(st.none(), accounts))) for n in range(2)]
    planned = st.sampled_from([None, None, *TERRITORIES])
    records["Opportunity"] = [
        row("Opportunity", n, AccountId=draw(accounts), Territory2Id=draw(planned)) for n in range(2)
    ]
    drawn = st.lists(by_territories, max_size=2) if territorial else st.lists(rules, max_size=4)
    shareable = [one["Id"] for obj in OBJECTS if obj != "Detail__c" for one in records[obj]]
    shares = st.fixed_dictionaries(
        {
            "record": st.sampled_from(shareable),
            "to": st.one_of(recipients, st.tuples(st.just("user"), st.sampled_from(USERS))),
            "access": st.sampled_from(["Read", "Edit", "All"]),
        }
    )
    return Org(
        roles=roles,
        users={name: draw(st.sampled_from([*ROLES, *ROLES, None])) for name in USERS},
        groups={name: (draw(st.booleans()), draw(st.lists(group_member, max_size=2))) for name in GROUPS},
        queue=draw(st.lists(st.sampled_from(USERS), max_size=2, unique=True)),
        queue_bosses=draw(st.booleans()),
        defaults=defaults,
        role_settings={name: {"Contact": draw(SETTING), "Opportunity": draw(SETTING)} for name in ROLES},
        rules=[*draw(drawn), *draw(st.lists(territory_rules, max_size=2 if territorial else 1))],
        shares=draw(st.lists(shares, max_size=2)),
        records=records,
        reads_master=draw(st.booleans()),
        managers={
            name: draw(st.sampled_from([*USERS[:n], *USERS[:n], None])) for n, name in enumerate(USERS)
        },
        rights={name: {obj: {"read", *draw(rights)} for obj in OBJECTS} for name in USERS},
        territories={
            name: {
                "parent": draw(st.sampled_from([*TERRITORIES[:n], None])),
                "members": draw(st.lists(st.sampled_from(USERS), max_size=2, unique=True)),
                "accounts": draw(st.lists(accounts, max_size=1)),
                "levels": draw(territory_levels),
            }
            for n, name in enumerate(TERRITORIES)
        },
        active=draw(st.sampled_from([True, True, True, False])),
        forecast=draw(ACCESS),
    )


class Store:
    """Records and shares of an org, as the engine asks for them."""

    def __init__(
        self, records: Mapping[str, Iterable[Mapping[str, Any]]], shares: Mapping[str, Sequence[ShareEntry]]
    ) -> None:
        self._records = {obj: {row["Id"]: row for row in rows} for obj, rows in records.items()}
        self._shares = shares

    def get(self, obj: str, record_id: str) -> Mapping[str, Any] | None:
        return self._records.get(obj, {}).get(record_id)

    def rows(self, obj: str) -> Iterable[Mapping[str, Any]]:
        return self._records.get(obj, {}).values()

    def blocks(self, obj: str) -> Iterable[Block]:
        return [Block([row]) for row in self.rows(obj)]

    def children(self, obj: str, field: str, parent_id: str) -> Iterable[Mapping[str, Any]]:
        return [row for row in self.rows(obj) if row.get(field) == parent_id]

    def shares(self, obj: str) -> Mapping[str, Sequence[ShareEntry]]:
        return {key: entries for key, entries in self._shares.items() if key in self._records.get(obj, {})}


def definition(obj: str, org: Org | None = None, **more: Any) -> ObjectDef:
    """Return an object with an owner, a region and the lookups that sharing goes by."""
    fields = {
        "Id": FieldDef(name="Id", type="id", label="Id"),
        "Region__c": FieldDef(name="Region__c", type="string", label="Region"),
    }
    if obj == "Detail__c":
        reads = org is not None and org.reads_master
        fields["Thing__c"] = FieldDef(
            name="Thing__c",
            type="reference",
            label="Thing",
            reference_to=("Thing__c",),
            master_detail=True,
            write_requires_master_read=reads,
        )
    else:
        fields["OwnerId"] = FieldDef(
            name="OwnerId", type="reference", label="Owner", reference_to=("User", "Group")
        )
    if obj in {"Contact", "Opportunity", "Case"}:
        fields["AccountId"] = FieldDef(
            name="AccountId", type="reference", label="Account", reference_to=("Account",)
        )
    settings: dict[str, Any] = {
        "name": obj,
        "label": obj,
        "plural_label": obj,
        "kind": ObjectKind.CUSTOM if obj.endswith("__c") else ObjectKind.STANDARD,
        "governance": Governance.OBJECT_PERMISSIONS,
        "fields": fields,
        "sharing_model": "ControlledByParent" if org is None or obj == "Detail__c" else org.defaults[obj],
    }
    return ObjectDef(**settings | more)


def permission_set(name: str, rights: Mapping[str, Iterable[str]]) -> PermissionContainer:
    objects = {obj: ObjectPermission(**dict.fromkeys(held, True)) for obj, held in rights.items()}
    return PermissionContainer(name=name, label=name, kind=ContainerKind.PERMISSION_SET, objects=objects)


def shared(pair: object) -> SharedWith:
    assert isinstance(pair, tuple)
    kind, name = pair
    if kind.startswith("manager"):
        return SharedWith(kind=kind, name=f"{name.upper()}@example.com")
    return SharedWith(kind=kind, name=f"FY.{name}" if kind.startswith("territory") else name or None)


def territories(org: Org) -> Territories:
    """Return the org's territories, in a model of the name FY."""
    return Territories(
        models={"FY": TerritoryModel(name="FY", label="FY")},
        territories={f"FY.{name}": _territory(name, one) for name, one in org.territories.items()},
        active_model="FY" if org.active else None,
    )


def _territory(name: str, drawn: Mapping[str, Any]) -> Territory:
    levels = drawn["levels"]
    return Territory(
        name=f"FY.{name}",
        label=name,
        model="FY",
        parent=f"FY.{drawn['parent']}" if drawn["parent"] else None,
        account_access=levels["Account"],
        contact_access=levels["Contact"],
        opportunity_access=levels["Opportunity"],
    )


def _territory_shares(org: Org) -> Iterator[tuple[str, ShareEntry]]:
    """Yield the shares that the org's data make, as the store of an org gives them to the engine."""
    if not org.active:
        return
    for name, one in territories(org).territories.items():
        for account in org.listed(org.territories[one.label], "accounts"):
            yield (
                account,
                ShareEntry(
                    shared_with=SharedWith(kind="territory", name=name),
                    access_level=str(one.account_access),
                    row_cause="Territory2AssociationManual",
                    account_settings=levels_of(one),
                ),
            )
        for row in org.records["Opportunity"]:
            if row["Territory2Id"] == one.label and one.parent is not None:
                to = SharedWith(kind="territory", name=one.parent)
                cause = "Territory2Forecast"
                yield str(row["Id"]), ShareEntry(shared_with=to, access_level=org.forecast, row_cause=cause)


def rule(number: int, drawn: Mapping[str, Any]) -> SharingRule:
    criteria = (CriteriaItem(field="Region__c", operation="equals", value=drawn["region"]),)
    by_owner = drawn["from"] is not None
    kind = "owner" if by_owner else "criteria"
    return SharingRule(
        name=f"Rule{number}",
        label="r",
        object=drawn["object"],
        type=drawn["type"] or kind,
        access_level=drawn["access"],
        shared_to=shared(drawn["to"]),
        shared_from=shared(drawn["from"]) if by_owner else None,
        criteria=() if by_owner else criteria,
        account_settings=drawn["settings"],
    )


def source(org: Org) -> Source:
    """Return the org's metadata."""
    settings = org.role_settings
    return Source(
        objects={obj: definition(obj, org) for obj in OBJECTS},
        permission_sets={name: permission_set(name, rights) for name, rights in org.rights.items()},
        roles={
            name: Role(
                name=name,
                label=name,
                parent=parent,
                contact_access=settings[name]["Contact"],
                opportunity_access=settings[name]["Opportunity"],
            )
            for name, parent in org.roles.items()
        },
        groups={
            name: Group(name=name, label=name, includes_bosses=bosses)
            for name, (bosses, _) in org.groups.items()
        },
        queues={"Desk": Queue(name="Desk", label="Desk", includes_bosses=org.queue_bosses)},
        sharing_rules=tuple(rule(n, one) for n, one in enumerate(org.rules)),
        territories=territories(org),
    )


def engine(org: Org) -> tuple[RecordAccess, dict[str, tuple[UserFacts, EffectivePermissions]], Source]:
    """Return the engine for an org, and its users with their rights."""
    metadata = source(org)
    users = {
        name: UserFacts(id=name, username=f"{name}@example.com", role=role, manager_id=org.managers[name])
        for name, role in org.users.items()
    }
    shares: dict[str, list[ShareEntry]] = {}
    for share in org.shares:
        entry = ShareEntry(shared_with=shared(share["to"]), access_level=str(share["access"]))
        shares.setdefault(str(share["record"]), []).append(entry)
    for record_id, entry in _territory_shares(org):
        shares.setdefault(record_id, []).append(entry)
    members = {name: [shared(one) for one in members] for name, (_, members) in org.groups.items()}
    members["Desk"] = [SharedWith(kind="user", name=one) for one in org.queue]
    for name, one in org.territories.items():
        members[f"FY.{name}"] = [SharedWith(kind="user", name=user) for user in org.listed(one, "members")]
    access = RecordAccess(
        metadata,
        users=users.values(),
        group_members=members,
        queues={"queue": "Desk"},
        records=Store(org.records, shares),
    )
    people = {
        name: (facts, effective(metadata, profile=None, permission_sets=[name], permission_set_groups=[]))
        for name, facts in users.items()
    }
    return access, people, metadata
