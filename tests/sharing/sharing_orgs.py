"""Random orgs for the oracle, and the same orgs as the engine takes them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from sharing_oracle import Org

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.permissions import EffectivePermissions, effective
from pytest_sfintegration.embedded.sharing import RecordAccess, ShareEntry, UserFacts
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
)

ROLES = ("Boss", "East", "West", "Intern")
USERS = ("u0", "u1", "u2", "u3")
GROUPS = ("Readers", "Writers")
OBJECTS = ("Thing__c", "Detail__c", "Account", "Contact", "Opportunity")
REGIONS = ("EMEA", "apac", None)
OWN = st.sampled_from([*["Private"] * 4, "Read", "ReadWrite", "ReadWriteTransfer", "FullAccess"])
ACCESS = st.sampled_from(["Read", "Edit"])
SETTING = st.sampled_from(["None", "Read", "Edit"])

named = st.one_of(
    st.tuples(
        st.sampled_from(["role", "roleAndSubordinates", "roleAndSubordinatesInternal"]),
        st.sampled_from(ROLES),
    ),
    st.tuples(st.just("group"), st.sampled_from(GROUPS)),
    st.tuples(st.just("queue"), st.just("Desk")),
)
recipients = st.one_of(named, st.just(("allInternalUsers", "")))
group_member = st.one_of(
    st.tuples(st.just("user"), st.sampled_from(USERS)),
    st.tuples(st.sampled_from(["role", "roleAndSubordinates"]), st.sampled_from(ROLES)),
    st.tuples(st.just("group"), st.sampled_from(GROUPS)),
)
rules = st.fixed_dictionaries(
    {
        "object": st.sampled_from(["Thing__c", "Account", "Opportunity"]),
        "to": recipients,
        "from": st.one_of(st.none(), named),
        "region": st.sampled_from(["EMEA", "APAC"]),
        "access": ACCESS,
        "settings": st.fixed_dictionaries({"contactAccessLevel": SETTING, "opportunityAccessLevel": SETTING}),
    }
)
rights = st.sampled_from([*[("edit", "delete")] * 5, (), ("delete",), ("view_all",), ("edit", "modify_all")])


@st.composite
def orgs(draw: st.DrawFn) -> Org:
    """Draw an org: a role tree, users, groups, rules, shares and records of five objects."""
    roles = {name: draw(st.sampled_from([*ROLES[:n], *ROLES[:n], None])) for n, name in enumerate(ROLES)}
    defaults = {name: draw(OWN) for name in ("Thing__c", "Account", "Opportunity")}
    defaults["Contact"] = draw(st.sampled_from(["ControlledByParent", "Private", "Read"]))
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
    records["Contact"] = [row("Contact", 0, AccountId=draw(st.one_of(st.none(), accounts)))]
    records["Opportunity"] = [row("Opportunity", n, AccountId=draw(accounts)) for n in range(2)]
    shareable = [one["Id"] for obj in ("Thing__c", "Account", "Opportunity") for one in records[obj]]
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
        defaults=defaults,
        role_settings={name: {"Contact": draw(SETTING), "Opportunity": draw(SETTING)} for name in ROLES},
        rules=draw(st.lists(rules, max_size=4)),
        shares=draw(st.lists(shares, max_size=2)),
        records=records,
        reads_master=draw(st.booleans()),
        rights={name: {obj: {"read", *draw(rights)} for obj in OBJECTS} for name in USERS},
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
    return SharedWith(kind=pair[0], name=pair[1] or None)


def rule(number: int, drawn: Mapping[str, Any]) -> SharingRule:
    criteria = (CriteriaItem(field="Region__c", operation="equals", value=drawn["region"]),)
    by_owner = drawn["from"] is not None
    return SharingRule(
        name=f"Rule{number}",
        label="r",
        object=drawn["object"],
        type="owner" if by_owner else "criteria",
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
        queues={"Desk": Queue(name="Desk", label="Desk")},
        sharing_rules=tuple(rule(n, one) for n, one in enumerate(org.rules)),
    )


def engine(org: Org) -> tuple[RecordAccess, dict[str, tuple[UserFacts, EffectivePermissions]], Source]:
    """Return the engine for an org, and its users with their rights."""
    metadata = source(org)
    users = {
        name: UserFacts(id=name, username=f"{name}@example.com", role=role)
        for name, role in org.users.items()
    }
    shares: dict[str, list[ShareEntry]] = {}
    for share in org.shares:
        entry = ShareEntry(shared_with=shared(share["to"]), access_level=str(share["access"]))
        shares.setdefault(str(share["record"]), []).append(entry)
    members = {name: [shared(one) for one in members] for name, (_, members) in org.groups.items()}
    members["Desk"] = [SharedWith(kind="user", name=one) for one in org.queue]
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
