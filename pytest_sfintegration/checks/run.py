"""One matrix against one org: gathered once, judged once, then looked up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from pytest_sfintegration.access.evidence import Evidence, Level
from pytest_sfintegration.access.gather import Gatherer, Need
from pytest_sfintegration.access.nearest import find_nearest
from pytest_sfintegration.checks.cells import findings_of_cell
from pytest_sfintegration.checks.granting import granting
from pytest_sfintegration.checks.ignore_notes import ignore_notes
from pytest_sfintegration.checks.judge import judge
from pytest_sfintegration.checks.level_notes import strict, with_notes
from pytest_sfintegration.checks.open_fields import OpenFields, with_open_fields
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.matrix.expectations import (
    BlockedRow,
    Cell,
    ChecklistRow,
    FieldsRow,
    ObjectRow,
    RecordRow,
    Row,
)
from pytest_sfintegration.matrix.model import Matrix, UserBlock
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.errors import CallLimitError, OrgError
from pytest_sfintegration.orgs.target import IntegrationUser, TargetOrg

if TYPE_CHECKING:
    from pytest_sfintegration.access.sharing_reasons import SharingHints

__all__ = ["MatrixRun", "Once", "Outcome", "integration_user", "needs_of", "user_of"]


def integration_user(block: UserBlock) -> IntegrationUser:
    """Return the user under test as an org is told of it."""
    return IntegrationUser(
        username=block.username,
        profile=None if block.profile is None else block.profile.name,
        role=None if block.role is None else block.role.name,
        license=None if block.license is None else block.license.name,
        permission_set_licenses=tuple(one.name for one in block.permission_set_licenses),
        permission_sets=tuple(one.name for one in block.permission_sets),
        permission_set_groups=tuple(one.name for one in block.permission_set_groups),
        public_groups=tuple(one.name for one in block.public_groups),
        queues=tuple(one.name for one in block.queues),
        territories=tuple(one.name for one in block.territories),
    )


def user_of(matrix: Matrix) -> IntegrationUser:
    """Return the user under test of a matrix, with the roles of those who own its records."""
    user = integration_user(matrix.user)
    if not matrix.records:
        return user
    from pytest_sfintegration.checks.sharing_needs import owner_roles  # noqa: PLC0415 - records only

    return replace(user, owner_roles=owner_roles(matrix))


def needs_of(rows: Iterable[Row]) -> list[Need]:
    """Return what must be known to judge rows, one need an object."""
    operations: dict[str, bool] = {}
    fields: dict[str, bool] = {}
    hidden: dict[str, list[str]] = {}
    for row in rows:
        if isinstance(row, ObjectRow):
            operations[row.object] = True
        elif isinstance(row, FieldsRow):
            fields[row.object] = True
        elif isinstance(row, BlockedRow) and row.kind == "object":
            operations[row.name] = True
        elif isinstance(row, BlockedRow) and row.kind == "field":
            name, _, field = row.name.partition(".")
            hidden.setdefault(name, []).append(field)
    return [
        Need(
            object=name,
            operations=name in operations,
            fields=name in fields,
            hidden=tuple(hidden.get(name, ())),
        )
        for name in dict.fromkeys([*operations, *fields, *hidden])
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the selected rows came to, and what is to be said beside it."""

    results: Mapping[str, RowResult]
    notes: tuple[str, ...] = ()


Once = Callable[[Callable[[], Outcome]], Outcome]


class MatrixRun:
    """The selected rows of one matrix on one org.

    Nothing is asked of the org before the first result is; then everything that the selected rows need is
    gathered in one go. ``once`` may answer with what another process of the run gathered for the same rows.
    """

    def __init__(
        self,
        *,
        matrix: Matrix,
        rows: Sequence[Row],
        target: TargetOrg,
        levels: Sequence[Level],
        asked: bool = False,
        hints: "Callable[[], SharingHints] | None" = None,
        open_fields: OpenFields | None = None,
        strict: bool = False,
        practices: Callable[[], Sequence[object]] = tuple,
        once: Once | None = None,
        containers: bool = False,
    ) -> None:
        self.matrix = matrix
        self.target = target
        self._rows = tuple(rows)
        self._levels = tuple(levels)
        self._asked = asked
        self._hints = hints
        self._open_fields = open_fields
        self._strict = strict
        self._practices = practices
        self._once = once
        self._containers = containers
        self._outcome: Outcome | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the run wants to say beside its verdicts; empty before anything was gathered."""
        return () if self._outcome is None else self._outcome.notes

    @property
    def gathered(self) -> bool:
        """Whether the org was asked."""
        return self._outcome is not None

    def result(self, row: Row) -> RowResult:
        """Return what a row came to."""
        if self._outcome is None:
            gather = self._gather_and_judge
            self._outcome = gather() if self._once is None else self._once(gather)
        return self._outcome.results[row.id]

    def cell_result(self, cell: Cell) -> RowResult:
        """Return what one right of a row came to."""
        whole = self.result(cell.row)
        judged = 0 if isinstance(cell.row, ChecklistRow) else 1
        return replace(whole, row=cell.id, judged=judged, findings=findings_of_cell(cell, whole.findings))

    def _gather_and_judge(self) -> Outcome:
        user = user_of(self.matrix)
        today = date.today()  # noqa: DTZ011 - an expiry date is meant in the reader's own time
        try:
            setup = self.target.setup_client(user)
        except OrgError as error:
            return Outcome(results={row.id: _undecided(row, str(error)) for row in self._rows})
        checklist = self._checklist(setup, today)
        rights = [row for row in self._rows if not isinstance(row, ChecklistRow)]
        rest = self._judge_rights(rights, user, setup, today) if rights else Outcome(results={})
        notes = dict.fromkeys((*rest.notes, *(note for one in checklist for note in one.notes)))
        return Outcome(results={**rest.results, **{one.row: one for one in checklist}}, notes=tuple(notes))

    def _checklist(self, setup: OrgClient, today: date) -> list[RowResult]:
        """Judge the items of the checklist: on facts of their own, which a user without rights has too."""
        rows = [row for row in self._rows if isinstance(row, ChecklistRow)]
        if not rows:
            return []
        from pytest_sfintegration.checks.checklist.run import look_up  # noqa: PLC0415 - few matrices have one

        username = self.matrix.user.username
        facts = look_up(rows, setup, username, today=today, given=self._practices())
        evidence = Evidence(username=username, levels=(Level.CONFIGURED,), practices=facts)
        results = [judge(row, evidence, today=today) for row in rows]
        if self._strict:
            results = [strict(row, one) for row, one in zip(rows, results, strict=True)]
        return results

    def _judge_rights(
        self, rows: Sequence[Row], user: IntegrationUser, setup: OrgClient, today: date
    ) -> Outcome:
        try:
            levels = self._levels[: self.target.cap(self._levels, asked=self._asked)]
            client = self.target.user_client(user)
            gatherer = Gatherer(setup=setup, user=client, levels=levels, restricting=self._restricting)
            evidence = self._with_records(gatherer.gather(needs_of(rows)), setup, client)
            evidence = self._with_blocked(evidence, setup, client, gatherer)
        except OrgError as error:
            return Outcome(results={row.id: _undecided(row, str(error)) for row in rows})
        results = [with_notes(row, judge(row, evidence, today=today), evidence) for row in rows]
        if (told := self._open_fields) is not None:
            results = [with_open_fields(row, one, told) for row, one in zip(rows, results, strict=True)]
        if self._strict:
            results = [strict(row, one) for row, one in zip(rows, results, strict=True)]
        if self._containers:
            pairs = zip(rows, results, strict=True)
            results = [replace(one, granted_by=granting(row, evidence)) for row, one in pairs]
        notes = [*evidence.notes, *(note for one in results for note in one.notes)]
        notes += ignore_notes(self.matrix, rows, evidence, today)
        try:
            results = _with_nearest(results, setup, evidence)
        except OrgError as error:
            notes.append(f"the nearest grants of missing rights were not looked up: {error}")
        return Outcome(results={one.row: one for one in results}, notes=tuple(notes))

    def _restricting(self, name: str) -> Sequence[str]:
        """Return the restriction rules on an object that the source knows."""
        return () if self._hints is None else self._hints().restriction_rules.get(name, ())

    def _with_records(self, evidence: Evidence, setup: OrgClient, user: OrgClient) -> Evidence:
        """Add what was observed of records. At the call limit nothing of them is believed."""
        rows = [row for row in self._rows if isinstance(row, RecordRow)]
        if not rows or evidence.configured is None or evidence.stopped:
            return evidence
        from pytest_sfintegration.access.sharing import RecordGatherer  # noqa: PLC0415 - records only
        from pytest_sfintegration.access.sharing_evidence import RecordEvidence  # noqa: PLC0415 - the same
        from pytest_sfintegration.access.sharing_reasons import SharingHints  # noqa: PLC0415 - the same
        from pytest_sfintegration.checks.sharing_needs import record_needs  # noqa: PLC0415 - the same

        needs = record_needs(rows)
        gatherer = RecordGatherer(
            setup=setup,
            user=user,
            configured=evidence.configured,
            levels=evidence.levels,
            hints=SharingHints() if self._hints is None else self._hints(),
        )
        stopped: str | None = None
        try:
            records = gatherer.gather(needs)
        except CallLimitError as limit:
            records, stopped = {}, str(limit)
        except OrgError as error:
            records = {one.key: RecordEvidence(trouble=str(error)) for one in needs}
        notes = (*evidence.notes, *gatherer.notes)
        return replace(evidence, records=records, stopped=stopped, notes=notes)

    def _with_blocked(
        self, evidence: Evidence, setup: OrgClient, user: OrgClient, gatherer: Gatherer
    ) -> Evidence:
        """Add what was observed of requests, setup entities and related routes to what is blocked."""
        if not any(row.aspect in {"blocked", "setup entities"} for row in self._rows):
            return evidence
        from pytest_sfintegration.checks.blocked_needs import with_blocked  # noqa: PLC0415 - blocked only

        return with_blocked(evidence, self._rows, setup=setup, user=user, gatherer=gatherer)


def _undecided(row: Row, why: str) -> RowResult:
    found = Finding(verdict=Verdict.INCONCLUSIVE, right=None, expected=False, at=row.at, note=why)
    return RowResult(
        row=row.id,
        integration=row.integration,
        aspect=row.aspect,
        object=row.object if isinstance(row, ObjectRow | FieldsRow) else None,
        judged=0,
        findings=(found,),
    )


def _with_nearest(results: list[RowResult], setup: OrgClient, evidence: Evidence) -> list[RowResult]:
    """Add to each missing right the containers of the org that would grant it; asked for all at once."""
    missing = [
        one.right
        for result in results
        for one in result.findings
        if one.verdict is Verdict.MISSING and one.right is not None and not one.grants
    ]
    if not missing or evidence.configured is None:
        return results
    nearest = find_nearest(setup, evidence.configured, missing)
    return [
        replace(
            result,
            findings=tuple(
                replace(one, nearest=nearest.get(one.right, ()))
                if one.verdict is Verdict.MISSING and one.right is not None
                else one
                for one in result.findings
            ),
        )
        for result in results
    ]
