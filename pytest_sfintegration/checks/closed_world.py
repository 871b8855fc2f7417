"""Judge what no other row speaks of: user permissions, and every further object of the org."""

from datetime import date

from pytest_sfintegration.access.evidence import Evidence, Level
from pytest_sfintegration.checks.compare import observed
from pytest_sfintegration.checks.ignores import ignored_objects, ignored_user_permissions
from pytest_sfintegration.checks.rows import control_of, finding, letters
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import ClosedWorldRow, UserPermissionsRow
from pytest_sfintegration.rights import Location, ObjectRight, Operation, UserPermissionRight

__all__ = ["judge_closed_world", "judge_user_permissions", "permission_finding", "unknown_permission"]


def judge_user_permissions(row: UserPermissionsRow, evidence: Evidence, today: date) -> RowResult:
    """Compare the user permissions that the matrix allows with those held, both ways."""
    findings: list[Finding] = []
    allowed = {one.name: one.at for one in row.allowed}
    held = frozenset() if evidence.configured is None else evidence.configured.user_permissions
    for name, at in allowed.items():
        if name not in evidence.known_permissions:
            findings.append(unknown_permission(name, at, evidence, expected=True))
        elif name not in held:
            findings.append(permission_finding(name, at, evidence, expected=True))
    extra = held - allowed.keys() - ignored_user_permissions(row.ignore, today)
    paste = f"user_permissions: [{', '.join(sorted(allowed.keys() | extra))}]"
    findings += [
        permission_finding(name, row.at, evidence, expected=False, paste=paste) for name in sorted(extra)
    ]
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=None,
        judged=len(evidence.known_permissions) or len(allowed),
        findings=tuple(findings),
        control=control_of(evidence),
        marks={"user permissions": f"{len(findings)} WRONG" if findings else f"{len(allowed)} allowed"},
        levels=(Level.CONFIGURED,),
    )


def permission_finding(
    name: str, at: Location, evidence: Evidence, *, expected: bool, paste: str = ""
) -> Finding:
    """Return the finding for a user permission that is not as expected."""
    answers = {} if evidence.configured is None else {Level.CONFIGURED: not expected}
    return finding(
        UserPermissionRight(name=name),
        expected=expected,
        at=at,
        answers=answers,
        evidence=evidence,
        paste=paste,
    )


def unknown_permission(name: str, at: Location, evidence: Evidence, *, expected: bool) -> Finding:
    """Return the finding for a user permission that the org does not have."""
    known = bool(evidence.known_permissions)
    return Finding(
        verdict=Verdict.UNKNOWN_TARGET if known else Verdict.INCONCLUSIVE,
        right=UserPermissionRight(name=name),
        expected=expected,
        at=at,
        note="this org has no such user permission" if known else evidence.stopped or "the org was not asked",
    )


def judge_closed_world(row: ClosedWorldRow, evidence: Evidence, today: date) -> RowResult:
    """Find rights on objects that the matrix does not name."""
    skip = row.declared | ignored_objects(row.ignore, today)
    findings: list[Finding] = []
    for name, levels in evidence.others.items():
        if name in skip:
            continue
        held = frozenset[Operation]().union(*(one.yes for one in levels.values()))
        for operation in sorted(held, key=list(Operation).index):
            answers = observed(operation, levels)
            findings.append(
                finding(
                    ObjectRight(object=name, operation=operation),
                    expected=False,
                    at=row.at,
                    answers=answers,
                    evidence=evidence,
                    paste=f"{name}: {letters(held)}",
                )
            )
    if evidence.stopped or evidence.configured is None:
        why = evidence.stopped or "the permission tables were not read"
        findings.append(
            Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=row.at, note=why)
        )
    objects = {one.right.object for one in findings if isinstance(one.right, ObjectRight)}
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=None,
        judged=max(1, evidence.governed - len(skip)),
        findings=tuple(findings),
        control=control_of(evidence),
        marks={"closed world": _closed_mark(len(objects), findings)},
        levels=evidence.levels,
    )


def _closed_mark(objects: int, findings: list[Finding]) -> str:
    if objects:
        return f"{objects} OBJECTS"
    return "?" if findings else "closed"
