"""What must hold for any set of containers."""

from dataclasses import fields, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.embedded.permissions import EffectivePermissions, effective, group_permission_set
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

OPERATIONS = tuple(one.name for one in fields(ObjectPermission))
USER_PERMISSIONS = (
    "ApiEnabled",
    "ViewAllData",
    "ModifyAllData",
    "ViewAllFieldsGlobal",
    "CustomizeApplication",
    "ViewAllCustomSettings",
)
GOVERNANCE = {
    "Account": (Governance.OBJECT_PERMISSIONS, None),
    "Opportunity": (Governance.OBJECT_PERMISSIONS, None),
    "OpportunityLineItem": (Governance.PARENT, "Opportunity"),
    "Rates__c": (Governance.CUSTOM_SETTING, None),
    "Rule__mdt": (Governance.CUSTOM_METADATA, None),
}
FIELDS = {
    "Name": FieldDef(name="Name", type="string", label="Name", permissionable=False),
    "Rating": FieldDef(name="Rating", type="picklist", label="Rating"),
    "Total": FieldDef(name="Total", type="currency", label="Total", createable=False, updateable=False),
    "BillingAddress": FieldDef(
        name="BillingAddress", type="address", label="Billing", createable=False, updateable=False
    ),
    "BillingCity": FieldDef(
        name="BillingCity", type="string", label="City", permissionable=False, compound="BillingAddress"
    ),
}
OBJECTS = {
    name: ObjectDef(
        name=name,
        label=name,
        plural_label=name,
        kind=ObjectKind.STANDARD,
        governance=governance,
        governing_parent=parent,
        fields=FIELDS,
    )
    for name, (governance, parent) in GOVERNANCE.items()
}


def spelled(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from([*names, *(name.upper() for name in names)])


object_permissions = st.builds(ObjectPermission, **dict.fromkeys(OPERATIONS, st.booleans()))
field_permissions = st.builds(FieldPermission, read=st.booleans(), edit=st.booleans())


def containers(kind: ContainerKind) -> st.SearchStrategy[PermissionContainer]:
    return st.builds(
        PermissionContainer,
        name=st.just("unnamed"),
        label=st.just("unnamed"),
        kind=st.just(kind),
        objects=st.dictionaries(spelled(tuple(OBJECTS)), object_permissions, max_size=3),
        fields=st.dictionaries(
            spelled(tuple(OBJECTS)),
            st.dictionaries(spelled(tuple(FIELDS)), field_permissions, max_size=3),
            max_size=2,
        ),
        user_permissions=st.frozensets(spelled(USER_PERMISSIONS), max_size=2),
        setup_entities=st.dictionaries(
            st.sampled_from(["CustomEntityDefinition", "ApexClass"]),
            st.frozensets(spelled(("Rates__c", "Rule__mdt", "Sync")), max_size=2),
            max_size=2,
        ),
        record_types=st.frozensets(spelled(("Account.Customer", "Account.Partner")), max_size=2),
    )


@st.composite
def sources(draw: st.DrawFn) -> Source:
    def named(prefix: str, kind: ContainerKind, count: int) -> dict[str, PermissionContainer]:
        made = [replace(draw(containers(kind)), name=f"{prefix}{n}") for n in range(count)]
        return {one.name: one for one in made}

    sets = named("Set", ContainerKind.PERMISSION_SET, 4)
    muting = named("Muting", ContainerKind.MUTING, 1)
    groups = {
        name: PermissionSetGroup(
            name=name,
            label=name,
            permission_sets=tuple(draw(st.lists(st.sampled_from(sorted(sets)), max_size=3, unique=True))),
            muting_permission_sets=tuple(draw(st.lists(st.sampled_from(sorted(muting)), max_size=1))),
        )
        for name in ("Group0", "Group1")
    }
    return Source(
        objects=OBJECTS,
        profiles=named("Profile", ContainerKind.PROFILE, 1),
        permission_sets=sets,
        muting_permission_sets=muting,
        permission_set_groups=groups,
        user_permissions=frozenset(USER_PERMISSIONS),
    )


few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some_sets = st.lists(st.sampled_from([f"Set{n}" for n in range(4)]), unique=True)
some_groups = st.lists(st.sampled_from(["Group0", "group1"]), unique=True)


def user(
    source: Source, sets: list[str], groups: list[str], profile: str | None = None
) -> EffectivePermissions:
    return effective(source, profile=profile, permission_sets=sets, permission_set_groups=groups)


def held(user: EffectivePermissions) -> set[str]:
    rights = {f"user {name}" for name in user.user_permissions}
    for name, obj in OBJECTS.items():
        permission = user.object_permission(name)
        rights |= {f"{operation} {name}" for operation in OPERATIONS if getattr(permission, operation)}
        for field in FIELDS.values():
            access = user.field_access(obj, field)
            rights |= {
                f"{what} {name}.{field.name}" for what in ("read", "create", "edit") if can(access, what)
            }
        rights |= {f"record type {one.lower()}" for one in user.record_types(name)}
    for kind in ("ApexClass", "CustomEntityDefinition"):
        rights |= {f"{kind} {one.lower()}" for one in user.setup_entities(kind)}
    return rights


def can(access: object, what: str) -> bool:
    names = {"read": "readable", "create": "createable", "edit": "editable"}
    return bool(getattr(access, names[what]))


@given(sources(), some_sets, some_groups, some_sets)
@few
def test_adding_a_container_never_takes_a_right(
    source: Source, sets: list[str], groups: list[str], more: list[str]
) -> None:
    before = held(user(source, sets, groups))
    assert before <= held(user(source, [*sets, *more], groups))
    assert before <= held(user(source, sets, groups, profile="Profile0"))
    assert before <= held(user(source, sets, ["Group0", "Group1"]))


@given(sources(), some_sets, some_groups)
@few
def test_muting_only_takes_rights(source: Source, sets: list[str], groups: list[str]) -> None:
    unmuted = {
        name: replace(group, muting_permission_sets=())
        for name, group in source.permission_set_groups.items()
    }
    assert held(user(source, sets, groups)) <= held(
        user(replace(source, permission_set_groups=unmuted), sets, groups)
    )


@given(sources(), st.permutations(["Set0", "Set1", "Set2"]), st.permutations(["Group0", "Group1"]))
@few
def test_the_order_of_containers_is_irrelevant(source: Source, sets: list[str], groups: list[str]) -> None:
    ordered = user(source, sorted(sets), sorted(groups))
    assert held(ordered) == held(user(source, sets, groups))
    for operation in OPERATIONS:
        assert set(ordered.why_object("Account", operation)) == set(
            user(source, sets, groups).why_object("account", operation.replace("_", " "))
        )


@given(sources(), some_sets, some_groups)
@few
def test_there_is_a_grant_exactly_where_there_is_a_right(
    source: Source, sets: list[str], groups: list[str]
) -> None:
    someone = user(source, sets, groups, profile="Profile0")
    for name, obj in OBJECTS.items():
        for operation in OPERATIONS:
            granted = bool(someone.why_object(name, operation))
            assert granted == getattr(someone.object_permission(name), operation), (name, operation)
        for field in FIELDS.values():
            access = someone.field_access(obj, field)
            for what in ("read", "create", "edit"):
                assert bool(someone.why_field(name, field.name, what)) == can(access, what), (
                    name,
                    field,
                    what,
                )
    for permission in USER_PERMISSIONS:
        assert bool(someone.why_user_permission(permission)) == (permission in someone.user_permissions)
    for kind in ("ApexClass", "CustomEntityDefinition"):
        names = {one.lower() for one in someone.setup_entities(kind)}
        for entity in ("Rates__c", "Rule__mdt", "Sync"):
            assert bool(someone.why_setup_entity(kind, entity)) == (entity.lower() in names)


@given(sources())
@few
def test_a_group_grants_what_its_calculated_permission_set_grants(source: Source) -> None:
    for name in source.permission_set_groups:
        calculated = group_permission_set(source, name)
        alone = replace(source, permission_sets={calculated.name: calculated})
        assert held(user(source, [], [name])) == held(user(alone, [name], []))


@given(sources(), some_sets)
@few
def test_a_right_that_muting_took_is_not_held_through_the_group(source: Source, sets: list[str]) -> None:
    for name in source.permission_set_groups:
        through = user(source, [], [name])
        for operation in OPERATIONS:
            taken = through.muted_by_object("Account", operation)
            named = through.named_object_permission("Account")
            assert not (taken and getattr(named, operation))
        for permission in USER_PERMISSIONS:
            assert not (
                through.muted_by_user_permission(permission) and through.has_user_permission(permission)
            )
    assert user(source, sets, []).muted_by_object("Account", "read") == ()
