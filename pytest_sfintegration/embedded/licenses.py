"""What licences allow to be assigned: the user licence and the permission set licences of a user.

A user whose user licence is not known passes (assumed). What a licence other than Salesforce Integration
allows is not known here, and not judged.
"""

from collections.abc import Iterable

from pytest_sfintegration.embedded.permissions import UnknownContainerError, group_permission_set
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.model import ObjectPermission, PermissionContainer, Source

__all__ = ["INTEGRATION_PSL", "group_gap", "holds_license", "is_user_license", "permission_set_gap"]

# Documented: help platform.integration_user.
INTEGRATION_LICENSE = "Salesforce Integration"
INTEGRATION_PSL = ("SalesforceAPIIntegrationPsl", "Salesforce API Integration")
# Documented: help, user licences. The licence of a permission set is one of them or a permission set licence.
_USER_LICENSES = frozenset(
    {
        "analytics cloud integration user",
        "chatter external",
        "chatter free",
        "chatter only",
        "customer community",
        "customer community login",
        "customer community plus",
        "customer community plus login",
        "external identity",
        "guest user license",
        "identity",
        "partner community",
        "partner community login",
        "salesforce",
        "salesforce integration",
        "salesforce platform",
    }
)
_VERBS = (
    ("read", "Read"),
    ("create", "Create"),
    ("edit", "Edit"),
    ("delete", "Delete"),
    ("view_all", "View All"),
    ("modify_all", "Modify All"),
)


def permission_set_gap(
    source: Source, spec: UserSpec, user_license: str | None, container: PermissionContainer
) -> str | None:
    """Return what the user's licences do not allow in a permission set, as a sentence; None when all is well.

    Recorded(meta.license_gate) for object permissions under Salesforce Integration; the other sentences are
    assumed. That the licence of a permission set must be held is documented (help,
    permission sets).
    """
    gap = _object_gap(source, spec, user_license, container)
    if gap is not None or container.license is None:
        return gap
    if is_user_license(source, container.license):
        if user_license is None or user_license.lower() == container.license.lower():
            return None
        return f"The user license is {user_license}, the permission set is for {container.license}"
    if holds_license(spec, container.license):
        return None
    return f"The user isn't assigned the permission set license: {container.license}"


def group_gap(source: Source, spec: UserSpec, user_license: str | None, name: str) -> str | None:
    """Return what the user's licences do not allow in a permission set group; its members by their licences.

    A group whose members the source lacks is not judged: nobody may hold it anyway.
    """
    group = source.permission_set_groups[name]
    try:
        calculated = group_permission_set(source, group)
    except UnknownContainerError:
        return None
    gap = _object_gap(source, spec, user_license, calculated)
    members: Iterable[PermissionContainer] = (
        each
        for member in group.permission_sets
        for key, each in source.permission_sets.items()
        if key.lower() == member.lower()
    )
    lacking = (
        f"The user isn't assigned the permission set license: {each.license}"
        for each in members
        if each.license and not is_user_license(source, each.license)
        if not holds_license(spec, each.license)
    )
    return gap or next(lacking, None)


def holds_license(spec: UserSpec, name: str) -> bool:
    """Tell whether the user has a permission set licence, named by DeveloperName or label in any case."""
    held = {each.lower() for each in spec.permission_set_licenses}
    names = {name.lower(), name.replace(" ", "").lower()}
    both = {each.lower() for each in INTEGRATION_PSL}
    return bool(held & (names | both if names & both else names))


def is_user_license(source: Source, name: str) -> bool:
    """Tell whether a licence is a user licence: one of the platform's, or one that a profile names."""
    known = {each.license.lower() for each in source.profiles.values() if each.license}
    return name.lower() in _USER_LICENSES | known


def _object_gap(
    source: Source, spec: UserSpec, user_license: str | None, container: PermissionContainer
) -> str | None:
    if (user_license or "").lower() != INTEGRATION_LICENSE.lower() or holds_license(spec, INTEGRATION_PSL[0]):
        return None
    for name, permission in sorted(container.objects.items()):
        verb = _first(permission)
        if verb is not None:
            definition = source.objects.get(name)
            plural = definition.plural_label if definition is not None else name
            return f"The user license doesn't allow the permission: {verb} {plural}"
    return None


def _first(permission: ObjectPermission) -> str | None:
    return next((verb for attribute, verb in _VERBS if getattr(permission, attribute)), None)
