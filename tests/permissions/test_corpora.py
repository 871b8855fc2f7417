"""The engine against rights computed straight from the XML of real projects and the hand-made one."""

import json
from functools import cache
from pathlib import Path

import permission_oracle as oracle
import pytest

from pytest_sfintegration.embedded.permissions import EffectivePermissions, effective, group_permission_set
from pytest_sfintegration.sfdx.model import PermissionContainer, Source
from pytest_sfintegration.sfdx.project import load

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
HANDMADE = CORPORA / "muting-handmade"
FLAGS = dict(
    zip(
        oracle.OBJECT_FLAGS,
        ("create", "read", "edit", "delete", "view_all", "modify_all", "view_all_fields"),
        strict=True,
    )
)
CHECKED_SETUP = {kind for _, kind in oracle.NAMED.values()}

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the reference material (../shared) is not at hand"
)


@cache
def projects() -> tuple[Path, ...]:
    """Return every folder that holds profiles or permission sets, outermost source root first."""
    folders = {
        path.parent.parent
        for kind in ("profile", "permissionset")
        for path in CORPORA.rglob(f"*.{kind}*")
        if path.parent.name in {"profiles", "permissionsets"}
    }
    return tuple(sorted(folders))


@cache
def source(project: Path) -> Source:
    return load(project)


def container_rights(container: PermissionContainer) -> set[str]:
    rights = {f"user {name.lower()}" for name in container.user_permissions}
    for name, permission in container.objects.items():
        rights |= {
            f"object {name.lower()} {flag}"
            for flag, attribute in FLAGS.items()
            if getattr(permission, attribute)
        }
    for obj, fields in container.fields.items():
        for field, permission in fields.items():
            path = f"{obj}.{field}".lower()
            rights |= {f"field {path} readable"} if permission.read else set()
            rights |= {f"field {path} editable"} if permission.edit else set()
    for kind, names in container.setup_entities.items():
        if kind.lower() in CHECKED_SETUP:
            rights |= {f"setup {kind.lower()} {name.lower()}" for name in names}
    return rights


def user_rights(user: EffectivePermissions, asked: set[str]) -> set[str]:
    """Return those of the rights asked about that the engine says the user holds by name."""
    return {right for right in asked if _holds(user, right)}


def _holds(user: EffectivePermissions, right: str) -> bool:
    what, rest = right.split(" ", 1)
    if what == "user":
        return user.has_user_permission(rest)
    if what == "setup":
        kind, name = rest.split(" ", 1)
        return name in {one.lower() for one in user.setup_entities(kind)}
    target, flag = rest.rsplit(" ", 1)
    if what == "object":
        return bool(getattr(user.named_object_permission(target), FLAGS[flag]))
    permission = user.field_permission(*target.split(".", 1))
    return permission.read if flag == "readable" else permission.edit


def test_every_container_of_the_corpora_gives_what_its_xml_names() -> None:
    checked = 0
    for project in projects():
        for kind in ("profile", "permissionset"):
            for name, document in oracle.documents(project, kind).items():
                expected = oracle.rights(document)
                if oracle.session_based(document):
                    expected = set()
                user = effective(
                    source(project),
                    profile=name if kind == "profile" else None,
                    permission_sets=[name] if kind == "permissionset" else [],
                    permission_set_groups=[],
                )
                everything = oracle.rights(document) | {"user modifyalldata", "object account allowDelete"}
                assert user_rights(user, everything) == expected, (project, name)
                checked += 1
    assert checked > 50


def test_every_group_of_the_corpora_gives_its_members_minus_its_muting() -> None:
    checked = 0
    for project in projects():
        sets = oracle.documents(project, "permissionset")
        muting = oracle.documents(project, "mutingpermissionset")
        for name, document in oracle.documents(project, "permissionsetgroup").items():
            members = oracle.members(document, "permissionSets")
            if not set(members) <= set(sets):
                continue
            held = set().union(*(oracle.rights(sets[member]) for member in members))
            for one in oracle.members(document, "mutingPermissionSets"):
                held = oracle.muted(held, oracle.rights(muting[one]))
            assert container_rights(group_permission_set(source(project), name)) == held, (project, name)
            checked += 1
    assert checked >= 2


def scenarios() -> dict[str, dict[str, object]]:
    text = (HANDMADE / "expected.json").read_text() if HANDMADE.is_dir() else "{}"
    scenarios: dict[str, dict[str, object]] = json.loads(text)
    return scenarios


@pytest.mark.parametrize("scenario", scenarios())
def test_the_worked_out_scenarios_come_out_equal(scenario: str) -> None:
    assigned = [part.strip().split(":", 1) for part in scenario.split(" + ")]
    profiles = [name for kind, name in assigned if kind == "profile"]
    user = effective(
        source(HANDMADE / "force-app" / "main" / "default"),
        profile=profiles[0] if profiles else None,
        permission_sets=[name for kind, name in assigned if kind == "ps"],
        permission_set_groups=[name for kind, name in assigned if kind == "psg"],
    )
    expected = scenarios()[scenario]
    objects = {
        name: {
            flag
            for flag, attribute in FLAGS.items()
            if getattr(user.named_object_permission(name), attribute)
        }
        for name in ("Account", "Case", "Pricebook2", "Lead", "Contact")
    }
    assert {name: flags for name, flags in objects.items() if flags} == {
        name: set(flags)
        for name, flags in expected["objects"].items()  # type: ignore[attr-defined]
    }
    fields = {}
    for path in ("Account.AnnualRevenue", "Account.Rating", "Account.Industry"):
        permission = user.field_permission(*path.split("."))
        flags = [flag for flag, on in (("readable", permission.read), ("editable", permission.edit)) if on]
        if flags:
            fields[path] = flags
    assert fields == expected["fields"]
    assert sorted(user.user_permissions) == expected["user"]
