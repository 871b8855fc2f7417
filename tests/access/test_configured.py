"""Configured evidence against small tables, and against an oracle that looks at one row at a time."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from access_fakes import client, ok
from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.access.configured import Assigned, Configured
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.access.nearest import find_nearest
from pytest_sfintegration.orgs.client import Reply
from pytest_sfintegration.rights import FieldRight, ObjectRight, Operation, UserPermissionRight

COLUMNS = {
    Operation.CREATE: "PermissionsCreate",
    Operation.READ: "PermissionsRead",
    Operation.EDIT: "PermissionsEdit",
    Operation.DELETE: "PermissionsDelete",
    Operation.VIEW_ALL: "PermissionsViewAllRecords",
    Operation.MODIFY_ALL: "PermissionsModifyAllRecords",
}


def object_row(parent: str, obj: str, *held: Operation, all_fields: bool = False) -> dict[str, Any]:
    flags = {column: operation in held for operation, column in COLUMNS.items()}
    return {"ParentId": parent, "SobjectType": obj, "PermissionsViewAllFields": all_fields, **flags}


def field_row(parent: str, field: str, *, read: bool = True, edit: bool = False) -> dict[str, Any]:
    return {"ParentId": parent, "Field": field, "PermissionsRead": read, "PermissionsEdit": edit}


PROFILE = Assigned(
    id="P", grant=Grant(name="Integration", kind="profile"), user_permissions=frozenset({"ApiEnabled"})
)
SYNC = Assigned(id="S", grant=Grant(name="Sync", kind="permission set"), user_permissions=frozenset())
GROUP = Assigned(
    id="G",
    grant=Grant(name="Bundle", kind="permission set group"),
    user_permissions=frozenset({"ApiUserOnly"}),
    members=("A", "B"),
)
MEMBERS = {"A": "Reads", "B": "Writes"}


def configured(
    *object_rows: Mapping[str, Any],
    fields: tuple[Mapping[str, Any], ...] = (),
    assigned: tuple[Assigned, ...] = (PROFILE, SYNC, GROUP),
    member_permissions: Mapping[str, frozenset[str]] | None = None,
) -> Configured:
    return Configured(
        user_id="005",
        assigned=assigned,
        member_names=MEMBERS,
        member_permissions=member_permissions or {},
        object_rows=object_rows,
        field_rows=fields,
    )


def told(grants: tuple[Grant, ...]) -> list[str]:
    return [str(one) for one in grants]


def test_every_container_that_grants_is_named_members_of_groups_by_name() -> None:
    tables = configured(
        object_row("P", "Contact", Operation.READ),
        object_row("G", "Contact", Operation.READ, Operation.EDIT),
        object_row("A", "Contact", Operation.READ),
        object_row("B", "Contact", Operation.READ, Operation.EDIT),
    )
    assert told(tables.why_object("Contact", Operation.READ)) == [
        "profile Integration",
        "permission set Reads (through group Bundle)",
        "permission set Writes (through group Bundle)",
    ]
    assert told(tables.why_object("Contact", Operation.EDIT)) == [
        "permission set Writes (through group Bundle)"
    ]
    assert told(tables.why_object("Contact", Operation.DELETE)) == []


def test_group_whose_members_are_not_known_is_named_itself() -> None:
    tables = configured(object_row("G", "Contact", Operation.READ))
    assert told(tables.why_object("Contact", Operation.READ)) == ["permission set group Bundle"]


def test_muted_right_is_not_held_and_its_member_is_named() -> None:
    tables = configured(
        object_row("G", "Contact", Operation.READ),
        object_row("B", "Contact", Operation.READ, Operation.DELETE),
        fields=(
            field_row("G", "Contact.Email"),
            field_row("B", "Contact.Email", edit=True),
        ),
        member_permissions={"A": frozenset({"ViewAllData", "ApiUserOnly"})},
    )
    assert tables.operations("Contact") == {Operation.READ}
    assert told(tables.muted_object("Contact", Operation.DELETE)) == [
        "permission set Writes (through group Bundle)"
    ]
    assert told(tables.muted_object("Contact", Operation.READ)) == []
    assert told(tables.muted_field("Contact", "Email", Operation.EDIT)) == [
        "permission set Writes (through group Bundle)"
    ]
    assert told(tables.muted_field("Contact", "Email", Operation.READ)) == []
    assert told(tables.muted_user_permission("ViewAllData")) == [
        "permission set Reads (through group Bundle)"
    ]
    assert told(tables.muted_user_permission("ApiUserOnly")) == []


def test_all_data_permissions_act_on_every_object_and_are_named_as_the_cause() -> None:
    admin = Assigned(id="S", grant=SYNC.grant, user_permissions=frozenset({"ViewAllData", "ModifyAllData"}))
    tables = configured(assigned=(PROFILE, admin))
    assert tables.operations("Anything__c") == frozenset(Operation)
    assert told(tables.why_object("Anything__c", Operation.READ)) == [
        "permission set Sync by ViewAllData",
        "permission set Sync by ModifyAllData",
    ]
    assert told(tables.why_object("Anything__c", Operation.DELETE)) == [
        "permission set Sync by ModifyAllData"
    ]
    viewer = Assigned(id="S", grant=SYNC.grant, user_permissions=frozenset({"ViewAllData"}))
    assert configured(assigned=(viewer,)).operations("X") == {Operation.READ, Operation.VIEW_ALL}


def test_view_all_fields_reads_every_field_and_edits_none() -> None:
    tables = configured(object_row("S", "Contact", Operation.READ, all_fields=True))
    assert tables.field_operations("Contact", "Email") == {Operation.READ}
    assert told(tables.why_field("Contact", "Email", Operation.READ)) == [
        "permission set Sync by View All Fields"
    ]
    assert told(tables.why_field("Contact", "Email", Operation.EDIT)) == []


def test_rows_of_containers_that_are_not_assigned_count_for_nothing() -> None:
    tables = configured(
        object_row("X", "Contact", *Operation), fields=(field_row("X", "Contact.Email", edit=True),)
    )
    assert tables.operations("Contact") == frozenset()
    assert tables.field_operations("Contact", "Email") == frozenset()
    assert "Contact" not in tables.objects
    assert told(tables.why_object("Contact", Operation.READ)) == []


CONTAINERS = ("P", "S", "G", "X")
OBJECTS = ("Account", "Contact")
FIELDS = ("Account.Phone", "Account.Fax", "Contact.Email")


@given(
    rows=st.dictionaries(
        st.tuples(st.sampled_from(CONTAINERS), st.sampled_from(OBJECTS)),
        st.frozensets(st.sampled_from(Operation)),
    ),
    fields=st.dictionaries(
        st.tuples(st.sampled_from(CONTAINERS), st.sampled_from(FIELDS)),
        st.tuples(st.booleans(), st.booleans()),
    ),
    permissions=st.dictionaries(
        st.sampled_from(("P", "S", "G")),
        st.frozensets(st.sampled_from(("ApiEnabled", "ViewAllData", "ModifyAllData"))),
    ),
)
def test_held_is_what_some_assigned_row_says_and_why_names_just_those_rows(
    rows: dict[tuple[str, str], frozenset[Operation]],
    fields: dict[tuple[str, str], tuple[bool, bool]],
    permissions: dict[str, frozenset[str]],
) -> None:
    kinds = {"P": "profile", "S": "permission set", "G": "permission set group"}
    tables = Configured(
        user_id="005",
        assigned=[
            Assigned(
                id=one, grant=Grant(name=one, kind=kind), user_permissions=permissions.get(one, frozenset())
            )
            for one, kind in kinds.items()
        ],
        member_names={},
        member_permissions={},
        object_rows=[object_row(parent, obj, *held) for (parent, obj), held in rows.items()],
        field_rows=[field_row(p, f, read=read, edit=edit) for (p, f), (read, edit) in fields.items()],
    )
    view_all = {Operation.READ, Operation.VIEW_ALL}
    for obj in OBJECTS:
        for operation in Operation:
            by_name = {one for one in kinds if operation in rows.get((one, obj), ())}
            by_view = {one for one in kinds if "ViewAllData" in permissions.get(one, ())}
            by_modify = {one for one in kinds if "ModifyAllData" in permissions.get(one, ())}
            expected = by_name | by_modify | (by_view if operation in view_all else set())
            assert (operation in tables.operations(obj)) is bool(expected)
            assert {one.name for one in tables.why_object(obj, operation)} == expected
            named = [one for one in tables.why_object(obj, operation) if one.because is None]
            assert {one.name for one in named} == by_name
    for name in FIELDS:
        obj, _, field = name.partition(".")
        for index, operation in enumerate((Operation.READ, Operation.EDIT)):
            expected = {one for one in kinds if fields.get((one, name), (False, False))[index]}
            assert (operation in tables.field_operations(obj, field)) is bool(expected)
            assert {one.name for one in tables.why_field(obj, field, operation)} == expected
    assert tables.user_permissions == frozenset().union(*permissions.values())


def parents(**named: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"Id": key, "Name": key, "IsOwnedByProfile": False, "Type": "Regular", "Profile": None, **values}
        for key, values in named.items()
    ]


LICENSES: dict[str, list[dict[str, Any]]] = {
    "Profile": [{"UserLicenseId": "100I"}],
    "UserLicense": [{"Id": "100I", "Name": "Salesforce Integration"}, {"Id": "100S", "Name": "Salesforce"}],
    "PermissionSetLicense": [
        {"Id": "0PLA", "DeveloperName": "SalesforceAPIIntegrationPsl", "MasterLabel": "Salesforce API"},
        {"Id": "0PLB", "DeveloperName": "Sales", "MasterLabel": "Sales User"},
    ],
    "PermissionSetLicenseAssign": [{"PermissionSetLicenseId": "0PLA"}],
}


def nearest(
    object_rows: list[dict[str, Any]], sets: list[dict[str, Any]], *rights: Any
) -> dict[Any, list[str]]:
    """Return what is nearest in an org that holds the given rows."""

    def answer(_method: str, path: str, body: Any) -> Reply:
        if path.endswith("/composite/batch"):
            pages = [page(one["url"]) for one in body["batchRequests"]]
            return ok({"results": [{"statusCode": 200, "result": one} for one in pages]})
        return ok(page(path))

    def page(url: str) -> dict[str, Any]:
        table = unquote_plus(url).partition(" FROM ")[2].partition(" ")[0]
        rows = {"ObjectPermissions": object_rows, "PermissionSet": sets, **LICENSES}.get(table, [])
        return {"totalSize": len(rows), "done": True, "records": rows}

    org, _ = client(answer)
    found = find_nearest(org, configured(assigned=(SYNC,)), rights)
    return {right: told(grants) for right, grants in found.items()}


def test_nearest_is_the_set_that_grants_most_of_what_is_missing() -> None:
    create, read = (
        ObjectRight(object="Contact", operation=one) for one in (Operation.CREATE, Operation.READ)
    )
    rows = [
        object_row("Little", "Contact", Operation.READ),
        object_row("Much", "Contact", Operation.CREATE, Operation.READ),
        object_row("Admin", "Contact", *Operation),
        object_row("S", "Contact", Operation.READ),
        object_row("Calculated", "Contact", Operation.READ),
        object_row("Other", "Lead", *Operation),
    ]
    sets = parents(
        Little={},
        Much={},
        Admin={"IsOwnedByProfile": True, "Profile": {"Name": "System Administrator"}},
        S={},
        Calculated={"Type": "Group"},
        Other={},
    )
    assert nearest(rows, sets, create, read) == {
        create: ["permission set Much"],
        read: ["permission set Much", "permission set Little"],
    }


def test_nearest_set_says_which_licence_of_its_own_the_user_lacks() -> None:
    read = ObjectRight(object="Contact", operation=Operation.READ)
    sets = parents(
        A={"LicenseId": "0PLA"}, B={"LicenseId": "0PLB"}, I={"LicenseId": "100I"}, S={"LicenseId": "100S"}
    )
    rows = [object_row(name, "Contact", Operation.READ) for name in "ABIS" if name != "S"]
    rows.append(object_row("S2", "Contact", Operation.READ))
    sets += parents(S2={"LicenseId": "100S"})
    assert nearest(rows, sets, read) == {
        read: [
            "permission set A",
            "permission set B (needs the permission set licence Sales User, which the user does not have)",
            "permission set I",
            "permission set S2 (needs the user licence Salesforce, which the user does not have)",
        ]
    }


def test_profile_is_nearest_only_where_no_set_is() -> None:
    delete = ObjectRight(object="Contact", operation=Operation.DELETE)
    rows = [object_row("Admin", "Contact", *Operation)]
    sets = parents(Admin={"IsOwnedByProfile": True, "Profile": {"Name": "System Administrator"}})
    assert nearest(rows, sets, delete) == {delete: ["profile System Administrator"]}
    assert nearest([], [], delete) == {delete: []}


def test_nearest_of_user_permissions_and_fields() -> None:
    right = UserPermissionRight(name="ApiUserOnly")
    assert nearest([], parents(Api={"PermissionsApiUserOnly": True}), right) == {
        right: ["permission set Api"]
    }
    field = FieldRight(object="Contact", field="Email", operation=Operation.EDIT)
    assert nearest([], [], field) == {field: []}
