"""Check permission set groups against the permission sets that the source declares."""

from collections.abc import Mapping

from pytest_sfintegration.sfdx.model import Open, PermissionContainer, PermissionSetGroup
from pytest_sfintegration.sfdx.names import nearest
from pytest_sfintegration.sfdx.problems import Problems
from pytest_sfintegration.sfdx.xml import parse, read_bytes

__all__ = ["check_groups"]


def check_groups(
    groups: Mapping[str, PermissionSetGroup],
    *,
    sets: Mapping[str, PermissionContainer],
    muting_sets: Mapping[str, PermissionContainer],
    problems: Problems,
) -> None:
    """Report members that the source does not hold: what the group grants then cannot be known."""
    for group in groups.values():
        for tag, kind, members, known in (
            ("permissionSets", "permission set", group.permission_sets, sets),
            ("mutingPermissionSets", "muting permission set", group.muting_permission_sets, muting_sets),
        ):
            for member in members:
                if member not in known:
                    _report(group, tag=tag, kind=kind, member=member, known=known, problems=problems)


def _report(
    group: PermissionSetGroup,
    *,
    tag: str,
    kind: str,
    member: str,
    known: Mapping[str, PermissionContainer],
    problems: Problems,
) -> None:
    meant = nearest(member, known)
    remedy = f"Add the {kind} to the source, or remove it from the group."
    problems.error(
        str(group.path),
        _line(str(group.path), tag, member),
        f"permission set group {group.name} names the {kind} {member}, which the source does not hold.",
        f"Did you mean {meant}? {remedy}" if meant else remedy,
        (group.name,),
        leaves_open=Open.RIGHTS,
    )


def _line(path: str, tag: str, member: str) -> int | None:
    """Find the member's line by reading the file again: groups with missing members are rare."""
    document = parse(path, read_bytes(path))
    for element in document.root.findall(tag):
        if (element.text or "").strip().endswith(member):
            return document.line(element)
    return None
