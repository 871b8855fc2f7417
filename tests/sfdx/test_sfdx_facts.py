import json
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_sfintegration.data.derive_standard_objects import SHIPPED, WRITABLE, derive, dump
from pytest_sfintegration.data.team_objects import CREATABLE
from pytest_sfintegration.sfdx.facts import standard_objects, user_permissions
from pytest_sfintegration.sfdx.model import Governance


def test_shipped_facts_are_what_the_script_derives(shared: Path) -> None:
    reference = json.loads((shared / "data" / "standard_objects.json").read_text())
    assert SHIPPED.read_text(encoding="utf-8") == dump(derive(reference))


def test_facts_hold_every_field_of_the_reference(shared: Path) -> None:
    reference = json.loads((shared / "data" / "standard_objects.json").read_text())["objects"]
    objects = standard_objects()
    for name, facts in reference.items():
        fields = objects[name].fields
        for field, type_, flags, length, targets, relationship, *_ in facts["fields"]:
            if field.endswith("__c"):
                assert field not in fields
                continue
            known = fields[field]
            assert (known.type, known.length) == (type_, length)
            assert known.reference_to == tuple(targets or ())
            assert known.relationship_name == (relationship or None)
            if field in WRITABLE.get(name, ()):
                assert known.createable, field
                assert known.updateable, field
            elif field in CREATABLE.get(name, ()):
                assert known.createable, field
            elif not field.startswith("Permissions"):
                assert (known.nillable, known.createable, known.updateable) == tuple(
                    x in flags for x in "ncu"
                ), field
                assert known.permissionable is ("P" in flags and not known.name_field)


@pytest.mark.parametrize(
    ("name", "governance", "parent"),
    [
        ("Account", Governance.OBJECT_PERMISSIONS, None),
        ("Quote", Governance.OBJECT_PERMISSIONS, None),
        ("OpportunityLineItem", Governance.PARENT, "Opportunity"),
        ("CampaignMember", Governance.PARENT, "Campaign"),
        ("CaseComment", Governance.PARENT, "Case"),
        ("User", Governance.SETUP, None),
        ("LoginHistory", Governance.SETUP, None),
        ("AccountShare", Governance.SETUP, None),
        ("FeedItem", Governance.NOT_MODELLED, None),
    ],
)
def test_governance_of_standard_objects(name: str, governance: Governance, parent: str | None) -> None:
    known = standard_objects()[name]
    assert (known.governance, known.governing_parent) == (governance, parent)
    assert known.sharing_model is None


def test_every_governing_parent_has_object_permissions() -> None:
    objects = standard_objects()
    for known in objects.values():
        if known.governing_parent is not None:
            assert objects[known.governing_parent].governance is Governance.OBJECT_PERMISSIONS


def test_flags_that_describes_agree_on() -> None:
    objects = standard_objects()
    for name in ("Contact", "Lead", "User"):
        assert objects[name].fields["Name"].name_field
        assert not objects[name].fields["Name"].createable
        assert objects[name].fields["LastName"].createable
    for known in objects.values():
        for field in known.fields.values():
            assert field.type != "boolean" or (field.defaulted_on_create and not field.nillable), field
            assert not (field.name_field and field.permissionable)
    for name in ("Account", "Contact", "Opportunity", "Case", "Lead", "Task"):
        owner = objects[name].fields["OwnerId"]
        assert (owner.nillable, owner.defaulted_on_create) == (False, True)
    assert objects["Lead"].fields["HasOptedOutOfEmail"].permissionable


def test_children_are_references_of_the_child() -> None:
    objects = standard_objects()
    for known in objects.values():
        for child, field, relation in known.children:
            targets = objects[child].fields[field].reference_to
            assert len(targets) > 1 or targets == (known.name,)  # lists of many targets differ between orgs
            assert relation is None or relation
    assert ("Contact", "AccountId", "Contacts") in objects["Account"].children
    assert objects["Contact"].fields["AccountId"].child_relationship_name == "Contacts"


def test_user_permissions_are_the_columns_of_permission_set() -> None:
    names = user_permissions()
    assert names >= {
        "ApiEnabled",
        "ApiUserOnly",
        "ModifyAllData",
        "ViewAllData",
        "ViewSetup",
        "ViewAllFieldsGlobal",
    }
    columns = {name.removeprefix("Permissions") for name in standard_objects()["PermissionSet"].fields}
    assert names <= columns


def test_loading_builds_only_what_is_asked_for() -> None:
    code = (
        "import sys; from pytest_sfintegration.sfdx.facts import standard_objects as s; o = s(); "
        "assert len(o) > 100 and 'Account' in o; o['Account'].fields['Website']; "
        "print(repr(o), repr(o['Account'].fields)); "
        "assert 'lxml' not in sys.modules and 'pytest' not in sys.modules"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert ", 1 made>" in out.split(">")[0] + ">"
    assert out.count(", 1 made>") == 2
