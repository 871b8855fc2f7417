"""The rules that a union of containers does not tell."""

import pytest

from pytest_sfintegration.embedded.permissions import (
    EffectivePermissions,
    Grant,
    UnknownContainerError,
    effective,
    group_permission_set,
)
from pytest_sfintegration.sfdx.model import (
    ContainerKind,
    FieldDef,
    FieldPermission,
    Governance,
    ObjectDef,
    ObjectKind,
    ObjectPermission,
    PermissionContainer,
    PermissionSetGroup,
    Source,
)

ALL = ObjectPermission(create=True, read=True, edit=True, delete=True, view_all=True, modify_all=True)
READ = ObjectPermission(read=True)


def obj(name: str, governance: Governance = Governance.OBJECT_PERMISSIONS, **more: object) -> ObjectDef:
    return ObjectDef(
        name=name, label=name, plural_label=name, kind=ObjectKind.CUSTOM, governance=governance, **more
    )  # type: ignore[arg-type]


def permission_set(name: str = "Sync", **more: object) -> PermissionContainer:
    return PermissionContainer(name=name, label=name, kind=ContainerKind.PERMISSION_SET, **more)  # type: ignore[arg-type]


def having(*sets: PermissionContainer, objects: tuple[ObjectDef, ...] = ()) -> EffectivePermissions:
    source = Source(
        objects={one.name: one for one in objects}, permission_sets={one.name: one for one in sets}
    )
    return effective(source, profile=None, permission_sets=source.permission_sets, permission_set_groups=())


def test_modify_all_data_gives_everything_on_objects_under_object_permissions() -> None:
    user = having(
        permission_set(user_permissions=frozenset({"ModifyAllData"})),
        objects=(
            obj("Account"),
            obj("Rule__mdt", Governance.CUSTOM_METADATA),
            obj("PermissionSet", Governance.SETUP),
        ),
    )
    assert user.object_permission("account") == ALL
    assert user.object_permission("Rule__mdt") == ObjectPermission()
    assert user.object_permission("PermissionSet") == ObjectPermission()
    assert user.object_permission("Nowhere__c") == ObjectPermission()
    assert user.why_object("Account", "delete") == (
        Grant(container="Sync", kind=ContainerKind.PERMISSION_SET, because="ModifyAllData"),
    )


def test_view_all_data_reads_every_record_and_changes_none() -> None:
    user = having(permission_set(user_permissions=frozenset({"ViewAllData"})), objects=(obj("Account"),))
    assert user.object_permission("Account") == ObjectPermission(read=True, view_all=True)


def test_modify_all_data_does_not_open_fields() -> None:
    secret = FieldDef(name="SSN__c", type="string", label="SSN")
    account = obj("Account", fields={"SSN__c": secret})
    user = having(
        permission_set(user_permissions=frozenset({"ModifyAllData", "ViewAllData"})), objects=(account,)
    )
    access = user.field_access(account, secret)
    assert not access.readable
    assert not access.createable
    assert not access.editable


def test_view_all_fields_reads_every_field_and_edits_none() -> None:
    secret = FieldDef(name="SSN__c", type="string", label="SSN")
    account = obj("Account", fields={"SSN__c": secret})
    rights = ObjectPermission(create=True, read=True, edit=True, view_all_fields=True)
    user = having(permission_set(objects={"Account": rights}), objects=(account,))
    access = user.field_access(account, secret)
    assert access.readable
    assert not access.createable
    assert not access.editable
    assert [grant.because for grant in user.why_field("Account", "ssn__c", "read")] == ["View All Fields"]


def test_a_part_of_an_address_follows_the_entry_of_the_compound_field() -> None:
    city = FieldDef(
        name="BillingCity", type="string", label="City", permissionable=False, compound="BillingAddress"
    )
    address = FieldDef(
        name="BillingAddress", type="address", label="Billing", createable=False, updateable=False
    )
    account = obj("Account", fields={"BillingCity": city, "BillingAddress": address})
    crud = {"Account": ObjectPermission(create=True, read=True, edit=True)}
    without = having(permission_set(objects=crud), objects=(account,))
    entry = {"Account": {"BillingAddress": FieldPermission(read=True, edit=True)}}
    with_entry = having(permission_set(objects=crud, fields=entry), objects=(account,))
    assert not without.field_access(account, city).readable
    assert with_entry.field_access(account, city).editable
    assert with_entry.field_access(account, address).readable
    assert not with_entry.field_access(account, address).editable


def test_a_field_without_field_level_security_follows_the_object() -> None:
    name = FieldDef(name="Name", type="string", label="Name", permissionable=False)
    account = obj("Account", fields={"Name": name})
    user = having(permission_set(objects={"Account": READ}), objects=(account,))
    assert user.field_access(account, name).readable
    assert not user.field_access(account, name).editable
    assert (
        user.why_field("Account", "Name", "read")[0].because == "read Account, without field-level security"
    )


def test_opportunity_products_hang_on_edit_of_the_opportunity() -> None:
    objects = (
        obj("Opportunity"),
        obj("OpportunityLineItem", Governance.PARENT, governing_parent="Opportunity"),
        obj(
            "OpportunityHistory",
            Governance.PARENT,
            governing_parent="Opportunity",
            createable=False,
            updateable=False,
            deletable=False,
        ),
    )
    reader = having(permission_set(objects={"Opportunity": READ}), objects=objects)
    editor = having(
        permission_set(objects={"Opportunity": ObjectPermission(read=True, edit=True)}), objects=objects
    )
    assert reader.object_permission("OpportunityLineItem") == READ
    assert editor.object_permission("OpportunityLineItem") == ObjectPermission(
        create=True, read=True, edit=True, delete=True
    )
    assert editor.object_permission("OpportunityHistory") == READ
    assert editor.why_object("OpportunityLineItem", "delete")[0].because == "edit Opportunity"


@pytest.mark.parametrize(
    ("rights", "setting", "metadata"),
    [
        ({"setup_entities": {"CustomEntityDefinition": frozenset({"rates__c"})}}, "read", ""),
        ({"setup_entities": {"CustomEntityDefinition": frozenset({"RULE__MDT"})}}, "", "read"),
        ({"user_permissions": frozenset({"ViewAllCustomSettings"})}, "read", ""),
        ({"user_permissions": frozenset({"CustomizeApplication"})}, "read edit create delete", "read"),
        ({"user_permissions": frozenset({"ViewAllData"})}, "", ""),
    ],
)
def test_custom_settings_and_metadata_types_have_their_own_gates(
    rights: dict[str, object], setting: str, metadata: str
) -> None:
    objects = (obj("Rates__c", Governance.CUSTOM_SETTING), obj("Rule__mdt", Governance.CUSTOM_METADATA))
    user = having(permission_set(**rights), objects=objects)
    for name, expected in (("Rates__c", setting), ("Rule__mdt", metadata)):
        held = user.object_permission(name)
        got = {one for one in ("create", "read", "edit", "delete") if getattr(held, one)}
        assert got == set(expected.split()), name


def test_names_keep_the_spelling_of_the_source() -> None:
    user = having(
        permission_set(
            user_permissions=frozenset({"apienabled"}), setup_entities={"apexclass": frozenset({"Sync"})}
        )
    )
    assert user.has_user_permission("ApiEnabled")
    assert user.setup_entities("ApexClass") == {"Sync"}


def test_a_session_based_permission_set_grants_nothing_by_itself_but_grants_in_a_group() -> None:
    armed = permission_set("Armed", has_activation_required=True, user_permissions=frozenset({"ApiEnabled"}))
    group = PermissionSetGroup(name="Team", label="Team", permission_sets=("Armed",))
    guarded = PermissionSetGroup(
        name="Guarded", label="G", permission_sets=("Armed",), has_activation_required=True
    )
    source = Source(
        permission_sets={"Armed": armed}, permission_set_groups={"Team": group, "Guarded": guarded}
    )

    def user(sets: tuple[str, ...], groups: tuple[str, ...]) -> EffectivePermissions:
        return effective(source, profile=None, permission_sets=sets, permission_set_groups=groups)

    assert user(("armed",), ("guarded",)).user_permissions == frozenset()
    assert user(("armed",), ("guarded",)).awaiting_session == ("Armed", "Guarded")
    assert user((), ("Team",)).user_permissions == {"ApiEnabled"}


def test_a_name_that_the_source_lacks_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownContainerError, match=r"no permission set 'Synk'\. Did you mean 'Sync'\?"):
        effective(
            Source(permission_sets={"Sync": permission_set()}),
            profile=None,
            permission_sets=["Synk"],
            permission_set_groups=[],
        )


def test_a_group_with_an_unknown_muting_set_is_refused() -> None:
    group = PermissionSetGroup(
        name="Team", label="Team", permission_sets=("Sync",), muting_permission_sets=("Gone",)
    )
    source = Source(permission_sets={"Sync": permission_set()}, permission_set_groups={"Team": group})
    with pytest.raises(UnknownContainerError, match=r"no muting permission set 'Gone'.*group 'Team'"):
        group_permission_set(source, "Team")


def test_muting_read_takes_along_what_needs_read() -> None:
    muting = PermissionContainer(
        name="Quiet",
        label="Quiet",
        kind=ContainerKind.MUTING,
        objects={"ACCOUNT": READ},
        fields={"account": {"rating": FieldPermission(read=True)}},
    )
    member = permission_set(
        objects={"Account": ALL}, fields={"Account": {"Rating": FieldPermission(read=True, edit=True)}}
    )
    group = PermissionSetGroup(
        name="Team", label="Team", permission_sets=("Sync",), muting_permission_sets=("Quiet",)
    )
    source = Source(
        permission_sets={"Sync": member},
        muting_permission_sets={"Quiet": muting},
        permission_set_groups={"Team": group},
    )
    user = effective(source, profile=None, permission_sets=[], permission_set_groups=["Team"])
    assert user.object_permission("Account") == ObjectPermission()
    assert user.field_permission("Account", "Rating") == FieldPermission()
    said = ("muting permission set Quiet of permission set group Team",)
    assert user.muted_by_object("Account", "edit") == said
    assert user.muted_by_field("Account", "Rating", "edit") == said
    assert group_permission_set(source, "team").objects == {}


def test_muting_view_all_data_takes_modify_all_data_along() -> None:
    muting = PermissionContainer(
        name="Quiet", label="Quiet", kind=ContainerKind.MUTING, user_permissions=frozenset({"viewalldata"})
    )
    member = permission_set(user_permissions=frozenset({"ViewAllData", "ModifyAllData", "ApiEnabled"}))
    group = PermissionSetGroup(
        name="Team", label="Team", permission_sets=("Sync",), muting_permission_sets=("Quiet",)
    )
    source = Source(
        permission_sets={"Sync": member},
        muting_permission_sets={"Quiet": muting},
        permission_set_groups={"Team": group},
    )
    user = effective(source, profile=None, permission_sets=[], permission_set_groups=["Team"])
    assert user.user_permissions == {"ApiEnabled"}
    assert user.muted_by_user_permission("ModifyAllData")
