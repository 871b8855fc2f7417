"""Profiles that every org has although no source declares them."""

from dataclasses import replace

from pytest_sfintegration.sfdx.lazy import Lazy
from pytest_sfintegration.sfdx.model import (
    ContainerKind,
    FieldPermission,
    Governance,
    ObjectDef,
    ObjectPermission,
    PermissionContainer,
    Source,
)
from pytest_sfintegration.sfdx.permissionable import permissionable_fields

__all__ = ["API_ONLY_PROFILE", "SETUP_PERMISSIONS", "with_builtin_profiles"]

API_ONLY_PROFILE = "Minimum Access - API Only Integrations"

# What the setup user holds even when neither the facts nor the source name it.
SETUP_PERMISSIONS = frozenset(
    {
        "ApiEnabled",
        "AssignPermissionSets",
        "AuthorApex",
        "CustomizeApplication",
        "ManageProfilesPermissionsets",
        "ManageUsers",
        "ModifyAllData",
        "ModifyMetadata",
        "TransferAnyEntity",
        "ViewAllData",
        "ViewAllFieldsGlobal",
        "ViewAllUsers",
        "ViewRoles",
        "ViewSetup",
    }
)
# Rights that take something away from their holder: a system administrator has none of them.
_RESTRICTIONS = frozenset({"ApiUserOnly", "IsSsoEnabled", "PasswordNeverExpires"})
_ALL = ObjectPermission(
    create=True, read=True, edit=True, delete=True, view_all=True, modify_all=True, view_all_fields=True
)
_EDIT = FieldPermission(read=True, edit=True)


def with_builtin_profiles(source: Source) -> tuple[Source, str]:
    """Return the source with the built-in profiles, and the name of the setup user's.

    The setup user's profile is System Administrator with every right (assumed: the org needs one user
    who may do
    everything). A profile of that name in the source stays as it is, and the setup user gets one of his own.
    The API-only profile holds ApiEnabled and ApiUserOnly and nothing else (documented, help
    platform.integration_user); the source's own file of that name wins.
    """
    name = "System Administrator"
    if name in source.profiles:
        name = "System Administrator (embedded setup)"
    profiles = {
        API_ONLY_PROFILE: PermissionContainer(
            name=API_ONLY_PROFILE,
            label=API_ONLY_PROFILE,
            kind=ContainerKind.PROFILE,
            license="Salesforce Integration",
            user_permissions=frozenset({"ApiEnabled", "ApiUserOnly"}),
            custom=False,
        ),
        name: _administrator(source, name),
        **source.profiles,
    }
    return replace(source, profiles=profiles), name


def _administrator(source: Source, name: str) -> PermissionContainer:
    governed = [each for each in source.objects.values() if each.governance is Governance.OBJECT_PERMISSIONS]
    setup_entities = {
        "ApexClass": source.apex_classes,
        "CustomPermission": frozenset(source.custom_permissions),
        "FlowDefinition": source.flows,
        "CustomEntityDefinition": frozenset(
            each.name
            for each in source.objects.values()
            if each.governance in {Governance.CUSTOM_METADATA, Governance.CUSTOM_SETTING}
        ),
    }
    return PermissionContainer(
        name=name,
        label=name,
        kind=ContainerKind.PROFILE,
        license="Salesforce",
        objects={each.name: _ALL for each in governed},
        fields=Lazy(
            lambda name: _permissionable(source.objects[name]), {name: name for name in source.objects}
        ),
        user_permissions=(source.user_permissions | SETUP_PERMISSIONS) - _RESTRICTIONS,
        setup_entities={kind: names for kind, names in setup_entities.items() if names},
        record_types=frozenset(
            f"{each.name}.{record_type}"
            for each in source.objects.values()
            for record_type in each.record_types
        ),
        custom=False,
    )


def _permissionable(definition: ObjectDef) -> dict[str, FieldPermission]:
    return dict.fromkeys(permissionable_fields(definition), _EDIT)
