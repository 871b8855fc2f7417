"""Names of a matrix against the names that exist."""

# ruff: noqa: E501 - a case is a row of a table

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from matrix_helpers import Load

from pytest_sfintegration.matrix.errors import Kind, MatrixErrors
from pytest_sfintegration.matrix.names import KnownNames, check, from_source
from pytest_sfintegration.sfdx.model import (
    ContainerKind,
    FieldDef,
    Governance,
    ObjectDef,
    ObjectKind,
    PermissionContainer,
    PermissionSetGroup,
    Role,
    Source,
)

HEAD = "integration: Shop\nuser: {username: a@b.c}\n"


def _object(name: str, *fields: str, **more: Any) -> ObjectDef:
    definitions = {each: FieldDef(name=each, type="string", label=each) for each in fields}
    keys = {"kind": ObjectKind.STANDARD, "governance": Governance.OBJECT_PERMISSIONS, **more}
    return ObjectDef(name=name, label=name, plural_label=name, fields=definitions, **keys)


def _container(name: str, kind: ContainerKind, label: str = "") -> PermissionContainer:
    return PermissionContainer(name=name, label=label or name, kind=kind)


SOURCE = Source(
    objects={
        "Account": _object("Account", "Name", "Phone"),
        "Contact": _object("Contact", "Email", "SSN__c"),
        "Payroll__c": _object("Payroll__c", known=False),
        "PermissionSet": _object("PermissionSet", "Name", governance=Governance.SETUP),
        "Odd": _object("Odd", governance=Governance.NOT_MODELLED),
    },
    profiles={"Admin": _container("Admin", ContainerKind.PROFILE, "System Administrator")},
    permission_sets={"HubSpot_Sync": _container("HubSpot_Sync", ContainerKind.PERMISSION_SET)},
    permission_set_groups={"HubSpot_All": PermissionSetGroup(name="HubSpot_All", label="All")},
    roles={"Sync": Role(name="Sync", label="Sync")},
    user_permissions=frozenset({"ApiEnabled", "ModifyAllData"}),
)


def test_names_that_exist_pass(load_text: Load) -> None:
    matrix = load_text(
        """\
integration: S
user: {username: x, profile: System Administrator, role: Sync, license: Any, permission_set_licenses: [Psl],
       permission_sets: [HubSpot_Sync], permission_set_groups: [HubSpot_All]}
objects:
  Account: {access: RE, fields: {edit: [Name], read: [Phone]}, via: [HubSpot_Sync]}
  PermissionSet: R
  Odd: none
blocked: {objects: [Payroll__c], fields: [Contact.SSN__c], user_permissions: [ModifyAllData]}
user_permissions: [ApiEnabled]
"""
    )
    check(matrix, from_source(SOURCE))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + "objects: {Acount: R}\n", "3:11: unknown object Acount. Did you mean 'Account'?"),
        (HEAD + "objects: {account: R}\n", "3:11: the object account is spelled Account. Write Account."),
        (HEAD + "objects: {Zzzzzz: R}\n", "3:11: unknown object Zzzzzz. Check the name, and that the source holds it."),
        (HEAD + "objects: {Contact: {access: R, fields: {read: [Emial]}}}\n", "3:48: unknown field Contact.Emial. Did you mean 'Contact.Email'?"),
        (HEAD + "objects: {Contact: {access: RE, fields: {edit: [ssn__c]}}}\n", "3:49: the field Contact.ssn__c is spelled Contact.SSN__c. Write SSN__c."),
        (HEAD + "objects: {Payroll__c: {access: R, fields: {read: [X]}}}\n", "3:51: unknown field Payroll__c.X. No field is known: check that the source holds it."),
        (HEAD + "blocked: {objects: [Payrol__c]}\n", "3:21: unknown object Payrol__c. Did you mean 'Payroll__c'?"),
        (HEAD + "blocked: {fields: [Contact.SSM__c]}\n", "3:20: unknown field Contact.SSM__c. Did you mean 'Contact.SSN__c'?"),
        (HEAD + "blocked: {fields: [Contcat.SSN__c]}\n", "3:20: field Contcat.SSN__c: unknown object Contcat. Did you mean 'Contact'?"),
        (HEAD + "blocked: {user_permissions: [ModifyAlData]}\n", "3:30: unknown user permission ModifyAlData. Did you mean 'ModifyAllData'?"),
        (HEAD + "user_permissions: [apiEnabled]\n", "3:20: the user permission apiEnabled is spelled ApiEnabled. Write ApiEnabled."),
        (HEAD + "objects: {Account: R}\nignore: [{objects: [Contat], reason: x}]\n", "4:21: unknown object Contat. Did you mean 'Contact'?"),
        (HEAD + "objects: {Account: R}\nignore: [{fields: [Account.Fax], reason: x}]\n", "4:20: unknown field Account.Fax. Check the name, and that the source holds it."),
        (HEAD + "objects: {Account: R}\nignore: [{user_permissions: [ApiEnable], reason: x}]\n", "4:30: unknown user permission ApiEnable. Did you mean 'ApiEnabled'?"),
        ("integration: S\nuser: {username: x, profile: Admim}\nobjects: {Account: R}\n", "2:30: unknown profile Admim. Did you mean 'Admin'?"),
        ("integration: S\nuser: {username: x, role: Synk}\nobjects: {Account: R}\n", "2:27: unknown role Synk. Did you mean 'Sync'?"),
        ("integration: S\nuser: {username: x, permission_sets: [HubSpot]}\nobjects: {Account: R}\n", "2:39: unknown permission set HubSpot. Did you mean 'HubSpot_Sync'?"),
        ("integration: S\nuser: {username: x, permission_set_groups: [HubSpot_Al]}\nobjects: {Account: R}\n", "2:45: unknown permission set group HubSpot_Al. Did you mean 'HubSpot_All'?"),
        ("integration: S\nuser: {username: x, permission_set_groups: [HubSpot_All]}\nobjects: {Account: {access: R, via: [HubSpot_Sink]}}\n", "3:38: unknown permission set, group or profile HubSpot_Sink. Did you mean 'HubSpot_Sync'?"),
    ],
)  # fmt: skip
def test_unknown_names_say_the_nearest_known_one(text: str, line: str, load_text: Load) -> None:
    matrix = load_text(text)
    with pytest.raises(MatrixErrors) as raised:
        check(matrix, from_source(SOURCE))
    assert str(raised.value) == f"a.matrix.yaml:{line}"
    assert raised.value.errors[0].kind is Kind.UNKNOWN_NAME


def test_all_unknown_names_are_collected(load_text: Load) -> None:
    matrix = load_text(HEAD + "objects: {A: R, B: R}\nuser_permissions: [C]\n")
    with pytest.raises(MatrixErrors) as raised:
        check(matrix, from_source(SOURCE))
    assert len(raised.value.errors) == 3


def test_a_set_that_is_unknown_is_reported_where_the_user_is_assigned_it(load_text: Load) -> None:
    matrix = load_text(
        "integration: S\nuser: {username: x, permission_sets: [Nope], permission_set_groups: [HubSpot_All]}\n"
        "objects: {Account: {access: R, via: [Nope]}}\n"
    )
    with pytest.raises(MatrixErrors) as raised:
        check(matrix, from_source(SOURCE))
    assert [str(error.at) for error in raised.value.errors] == ["a.matrix.yaml:2:39"]


def test_licences_are_checked_where_they_are_known(load_text: Load) -> None:
    matrix = load_text(
        "integration: S\nuser: {username: x, license: Sales, permission_set_licenses: [Psl]}\nobjects: {A: R}\n"
    )
    with pytest.raises(MatrixErrors, match="unknown user licence Sales") as raised:
        check(
            matrix,
            KnownNames(licenses=frozenset({"Salesforce"}), permission_set_licenses=frozenset({"Psl1"})),
        )
    assert "unknown permission set licence Psl. Did you mean 'Psl1'?" in str(raised.value)


def test_what_is_not_known_is_not_checked(load_text: Load) -> None:
    check(load_text(HEAD + "objects: {Anything: {access: R, fields: {read: [X]}}}\n"), KnownNames())


class _Lazy(Mapping[str, ObjectDef]):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> ObjectDef:
        self.asked.append(name)
        return SOURCE.objects[name]

    def __contains__(self, name: object) -> bool:
        return name in SOURCE.objects

    def __iter__(self) -> Iterator[str]:
        return iter(SOURCE.objects)

    def __len__(self) -> int:
        return len(SOURCE.objects)


def test_only_objects_with_named_fields_are_looked_up(load_text: Load) -> None:
    objects = _Lazy()
    matrix = load_text(
        HEAD + "objects: {Account: R, Odd: R, Contact: {access: R, fields: {read: [Email]}}, Nope: R}\n"
    )
    with pytest.raises(MatrixErrors, match="unknown object Nope"):
        check(matrix, from_source(Source(objects=objects)))
    assert set(objects.asked) == {"Contact"}
