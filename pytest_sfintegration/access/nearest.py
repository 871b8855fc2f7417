"""The nearest grant that is not assigned: which container of the org would give a missing right."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_sfintegration.access.configured import OBJECT_COLUMNS, Configured
from pytest_sfintegration.access.grants import ADMINISTRATORS_MARK, Grant
from pytest_sfintegration.access.licenses import Licenses, license_queries, licenses_of
from pytest_sfintegration.access.tables import FIELD_SELECT, OBJECT_SELECT, id_list
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.rights import FieldRight, ObjectRight, Operation, UserPermissionRight

__all__ = ["Right", "find_nearest"]

Right = ObjectRight | FieldRight | UserPermissionRight

_PURPOSE = "nearest grants"
_IDS_PER_QUERY = 200
_COLUMNS = (
    "Id",
    "Name",
    "IsOwnedByProfile",
    "LicenseId",
    "Type",
    "Profile.Name",
    ADMINISTRATORS_MARK,
)


def find_nearest(
    setup: OrgClient, configured: Configured, rights: Iterable[Right]
) -> Mapping[Right, tuple[Grant, ...]]:
    """Return, for each missing right that some unassigned container grants, those containers, best first.

    Best: was assigned until it expired; grants the most of the missing rights; then permission sets before
    profiles; then by name. An administrator's profile grants everything, and is no remedy.
    One to three calls for all rights together.
    """
    wanted = tuple(dict.fromkeys(rights))
    outside: dict[Right, tuple[Grant, ...]] = {
        one: configured.outside[one.object].nearest
        for one in wanted
        if isinstance(one, ObjectRight) and one.object in configured.outside
    }
    wanted = tuple(one for one in wanted if one not in outside)
    if not wanted:
        return outside
    object_rows, field_rows = _read_rows(setup, wanted)
    holders: dict[Right, set[str]] = {right: _holders(right, object_rows, field_rows) for right in wanted}
    parent_ids = sorted(set().union(*holders.values()))
    parents, licenses = _read_parents(setup, parent_ids, wanted, configured.user_id)
    for right in wanted:
        if isinstance(right, UserPermissionRight):
            column = "Permissions" + right.name
            holders[right] = {parent for parent, row in parents.items() if row.get(column) is True}
    candidates = _candidates(configured, parents)
    weight = Counter(parent for ids in holders.values() for parent in ids)

    def rank(parent: str) -> tuple[bool, int, bool, str]:
        row = parents[parent]
        expired = parent in configured.expired
        return not expired, -weight[parent], bool(row["IsOwnedByProfile"]), str(row["Name"])

    found: dict[Right, tuple[Grant, ...]] = {**outside}
    for right, ids in holders.items():
        grants = [
            configured.expired.get(parent) or _grant(parents[parent], licenses)
            for parent in sorted(ids & candidates, key=rank)
        ]
        sets = [one for one in grants if one.kind != "profile"]
        found[right] = tuple(sets or grants)  # another profile is no remedy while a permission set is
    return found


def _candidates(configured: Configured, parents: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Return the containers that could be assigned; a group's calculated row repeats its members."""
    assigned = {one.id for one in configured.assigned}
    return {
        parent
        for parent, row in parents.items()
        if parent not in assigned
        and (row.get("Type") != "Group" or parent in configured.expired)
        and not (row["IsOwnedByProfile"] and row.get(ADMINISTRATORS_MARK))
    }


def _read_rows(
    setup: OrgClient, rights: Sequence[Right]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    objects = sorted({right.object for right in rights if isinstance(right, ObjectRight)})
    with_fields = sorted({right.object for right in rights if isinstance(right, FieldRight)})
    texts = []
    if objects:
        texts.append(f"{OBJECT_SELECT} WHERE SobjectType IN {id_list(objects)} AND PermissionsRead = true")
    if with_fields:
        texts.append(f"{FIELD_SELECT} WHERE SobjectType IN {id_list(with_fields)}")
    results = setup.queries(texts, purpose=_PURPOSE) if texts else []
    object_rows = results.pop(0) if objects else []
    return object_rows, results.pop(0) if with_fields else []


def _holders(
    right: Right, object_rows: Iterable[Mapping[str, Any]], field_rows: Iterable[Mapping[str, Any]]
) -> set[str]:
    if isinstance(right, ObjectRight):
        column = OBJECT_COLUMNS[right.operation]
        return {row["ParentId"] for row in object_rows if row["SobjectType"] == right.object and row[column]}
    if isinstance(right, FieldRight):
        column = "PermissionsEdit" if right.operation is Operation.EDIT else "PermissionsRead"
        name = f"{right.object}.{right.field}"
        return {row["ParentId"] for row in field_rows if row["Field"] == name and row[column]}
    return set()


def _read_parents(
    setup: OrgClient, ids: Sequence[str], rights: Sequence[Right], user_id: str
) -> tuple[dict[str, Mapping[str, Any]], Licenses]:
    """Return PermissionSet rows by id, and the licences that they may ask for.

    Parents that are licences or muting sets are not in that table.
    """
    names = sorted({right.name for right in rights if isinstance(right, UserPermissionRight)})
    columns = ", ".join(dict.fromkeys([*_COLUMNS, *("Permissions" + name for name in names)]))
    texts = [
        f"SELECT {columns} FROM PermissionSet WHERE Id IN {id_list(ids[start : start + _IDS_PER_QUERY])}"
        for start in range(0, len(ids), _IDS_PER_QUERY)
    ]
    texts += [f"SELECT {columns} FROM PermissionSet WHERE Permissions{name} = true" for name in names]
    if not texts:
        return {}, Licenses()
    asked = license_queries(user_id)
    answers = setup.queries([*asked, *texts], purpose=_PURPOSE)
    rows = {row["Id"]: row for each in answers[len(asked) :] for row in each}
    return rows, licenses_of(answers[: len(asked)])


def _grant(row: Mapping[str, Any], licenses: Licenses) -> Grant:
    if row["IsOwnedByProfile"]:
        profile = row.get("Profile") or {}
        return Grant(name=profile.get("Name") or row["Name"], kind="profile")
    if not row.get("LicenseId"):
        return Grant(name=row["Name"], kind="permission set")
    text, held = licenses.need(row["LicenseId"])
    return Grant(name=row["Name"], kind="permission set", lacking=None if held else text)
