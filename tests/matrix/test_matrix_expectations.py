"""The rows and cells that a matrix expands into."""

from matrix_helpers import Load

from pytest_sfintegration.matrix.expectations import (
    BlockedRow,
    ClosedWorldRow,
    FieldsRow,
    ObjectRow,
    UserPermissionsRow,
    cells,
    expand,
)
from pytest_sfintegration.rights import Operation

TEXT = """\
integration: HubSpot
user: {username: x, permission_sets: [Sync]}
objects:
  Account: {access: CRE, fields: {edit: [Phone], read: [Fax]}, via: [Sync]}
  Contact: {access: R, fields: {others: any, read: [Email]}}
  Case: {access: RE, fields: {read: all, edit: [Subject]}}
  Lead: none
blocked: {objects: [Payroll__c], fields: [Contact.SSN__c], user_permissions: [ModifyAllData]}
user_permissions: [ApiEnabled]
ignore: [{objects: [ContentDocument], reason: x}]
"""


def test_rows_have_stable_ids_in_the_order_of_the_file(load_text: Load) -> None:
    rows = expand(load_text(TEXT))
    assert [(row.id, row.aspect, str(row.at)) for row in rows] == [
        ("Account-crud", "crud", "a.matrix.yaml:4:3"),
        ("Account-fields", "fields", "a.matrix.yaml:4:26"),
        ("Contact-crud", "crud", "a.matrix.yaml:5:3"),
        ("Contact-fields", "fields", "a.matrix.yaml:5:24"),
        ("Case-crud", "crud", "a.matrix.yaml:6:3"),
        ("Case-fields", "fields", "a.matrix.yaml:6:22"),
        ("Lead-crud", "crud", "a.matrix.yaml:7:3"),
        ("user-permissions", "user permissions", "a.matrix.yaml:9:20"),
        ("blocked-Payroll__c", "blocked", "a.matrix.yaml:8:21"),
        ("blocked-Contact.SSN__c", "blocked", "a.matrix.yaml:8:43"),
        ("blocked-ModifyAllData", "blocked", "a.matrix.yaml:8:79"),
        ("closed-world", "closed world", "a.matrix.yaml:2:1"),
    ]
    assert {row.integration for row in rows} == {"HubSpot"}


def test_rows_carry_what_is_allowed_and_what_is_left_out(load_text: Load) -> None:
    rows = expand(load_text(TEXT))
    account, fields, *_ = rows
    assert isinstance(account, ObjectRow)
    assert account.allowed == {Operation.CREATE, Operation.READ, Operation.EDIT}
    assert account.via == ("Sync",)
    assert str(account.at_operation[Operation.EDIT]) == "a.matrix.yaml:4:23"
    assert isinstance(fields, FieldsRow)
    assert fields.via == ("Sync",)
    permissions = next(row for row in rows if isinstance(row, UserPermissionsRow))
    assert [each.name for each in permissions.allowed] == ["ApiEnabled"]
    assert [row.kind for row in rows if isinstance(row, BlockedRow)] == ["object", "field", "user permission"]
    closed = rows[-1]
    assert isinstance(closed, ClosedWorldRow)
    assert closed.declared == {"Account", "Contact", "Case", "Lead"}
    assert [each.name for each in closed.ignore[0].objects] == ["ContentDocument"]


def test_user_permissions_are_judged_also_when_none_is_declared(load_text: Load) -> None:
    rows = expand(load_text("integration: S\nuser: {username: x}\nobjects: {A: R}\n"))
    assert [row.id for row in rows] == ["A-crud", "user-permissions", "closed-world"]
    assert str(rows[1].at) == "a.matrix.yaml:2:1"


def test_an_object_has_six_cells(load_text: Load) -> None:
    account = expand(load_text(TEXT))[0]
    assert [(cell.id, cell.allowed, str(cell.at)) for cell in cells(account)] == [
        ("Account-create", True, "a.matrix.yaml:4:21"),
        ("Account-read", True, "a.matrix.yaml:4:22"),
        ("Account-edit", True, "a.matrix.yaml:4:23"),
        ("Account-delete", False, "a.matrix.yaml:4:3"),
        ("Account-view-all", False, "a.matrix.yaml:4:3"),
        ("Account-modify-all", False, "a.matrix.yaml:4:3"),
    ]


def test_fields_have_a_cell_for_each_operation_and_one_for_the_others(load_text: Load) -> None:
    rows = {row.id: row for row in expand(load_text(TEXT))}
    assert [(cell.id, cell.allowed) for cell in cells(rows["Account-fields"])] == [
        ("Account.Fax-read", True),
        ("Account.Fax-edit", False),
        ("Account.Phone-read", True),
        ("Account.Phone-edit", True),
        ("Account-other-fields", False),
    ]
    assert [(cell.id, cell.allowed) for cell in cells(rows["Contact-fields"])] == [
        ("Contact.Email-read", True),
        ("Contact.Email-edit", False),
    ]
    assert [(cell.id, cell.allowed) for cell in cells(rows["Case-fields"])][-1] == ("Case-other-fields", True)


def test_other_rows_have_cells_too(load_text: Load) -> None:
    rows = {row.id: row for row in expand(load_text(TEXT))}
    assert [(cell.id, cell.allowed) for cell in cells(rows["user-permissions"])] == [
        ("user-permission-ApiEnabled", True),
        ("other-user-permissions", False),
    ]
    assert [(cell.id, cell.allowed) for cell in cells(rows["blocked-Payroll__c"])] == [
        ("blocked-Payroll__c", False)
    ]
    assert [cell.id for cell in cells(rows["closed-world"])] == ["closed-world"]
