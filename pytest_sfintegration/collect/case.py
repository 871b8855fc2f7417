"""One judged test: a row or a cell of a matrix, checked against an org."""

import json
import os
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_sfintegration.checks.run import MatrixRun
    from pytest_sfintegration.checks.verdict import RowResult
    from pytest_sfintegration.collect.state import State
    from pytest_sfintegration.matrix.expectations import Cell, Row
    from pytest_sfintegration.orgs.target import TargetOrg

__all__ = ["ARGUMENT", "Case", "JudgedCase"]

ARGUMENT = "sf_case"
"""The fixture that a generated test may take: its case, already judged when the body runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a test stands for: a row of a matrix file, or one cell of it; ``order`` is its place there."""

    path: Path
    row: "Row"
    cell: "Cell | None" = None
    order: int = 0

    @property
    def id(self) -> str:
        """The stable name: object and operation, never an org or a running number."""
        return self.row.id if self.cell is None else self.cell.id


class JudgedCase:
    """A case on an org. Gathering starts when ``result`` is first asked for."""

    def __init__(self, *, case: Case, state: "State", target: "TargetOrg") -> None:
        self.case = case
        self._target = target
        self._state = state

    @cached_property
    def run(self) -> "MatrixRun":
        """The run that the case belongs to."""
        return self._state.run(self.case.path, self._target)

    @property
    def result(self) -> "RowResult":
        """What the case came to."""
        run = self.run
        if not run.gathered:
            from pytest_sfintegration.sfdx.garbage import immortal, uncollected  # noqa: PLC0415 - on use

            with immortal() if self._state.alone else uncollected():
                run.result(self.case.row)
        if self.case.cell is not None:
            return run.cell_result(self.case.cell)
        return run.result(self.case.row)

    def check(self, item: pytest.Item) -> None:
        """Fail the test with the whole story unless everything is as declared.

        A practice that was compared with nothing is skipped: it is neither met nor not met.
        """
        from pytest_sfintegration.report.record import PROPERTY, record_of  # noqa: PLC0415 - on use

        result = self.result
        user = self.run.matrix.user.username
        record = record_of(result, org=self._target.name, user=user, order=self.case.order)
        if self._state.settings.review is not None:
            record = {**record, **self._review(result)}
        item.user_properties.append((PROPERTY, json.dumps(record)))
        if result.ok and result.practice is not None and result.practice.unjudged:
            pytest.skip(f"{result.row}: {result.practice.unjudged}")
        if result.ok:
            return
        from pytest_sfintegration.report.failure import render_failure  # noqa: PLC0415 - on failure

        full = item.config.get_verbosity() > 1
        text = render_failure(result, user=user, org=self._target.name, rerun=self._rerun(item), full=full)
        pytest.fail(text, pytrace=False)

    def _review(self, result: "RowResult") -> "Mapping[str, object]":
        """Return what a review says beyond the summary."""
        from pytest_sfintegration.matrix.declared import declared_of  # noqa: PLC0415 - on request
        from pytest_sfintegration.report.review_record import REVIEW, review_part  # noqa: PLC0415 - the same

        at = self.case.row.at if self.case.cell is None else self.case.cell.at
        part = review_part(
            result,
            matrix=self.run.matrix.path,
            row=self.case.row.id,
            at=f"{at.path}:{at.line}",
            declared=declared_of(self.case.row),
        )
        return {REVIEW: part}

    def _rerun(self, item: pytest.Item) -> str:
        """Return the command that repeats this one test, from where pytest was started."""
        settings = self._state.settings
        path = os.path.relpath(item.path, item.config.invocation_params.dir)
        name = item.nodeid.partition("::")[2]
        parts = ["pytest", f"{path}::{name}", f"--sf-org={settings.org}"]
        parts += [
            f"--sf-{one}={getattr(settings, one)}"
            for one in ("granularity", "evidence")
            if settings.origins.get(one) == f"--sf-{one}"  # what the environment or the ini file says, stays
        ]
        if settings.source and settings.origins.get("source") == "--sf-source":
            parts.append("--sf-source=" + ",".join(str(one) for one in settings.source))
        return shlex.join(parts)
