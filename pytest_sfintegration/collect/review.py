"""The review file of a run: refused before the first test where it cannot be, written after the last."""

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_sfintegration import __version__
from pytest_sfintegration.collect.state import state_of
from pytest_sfintegration.report.record import PROPERTY
from pytest_sfintegration.report.review_record import REVIEW

if TYPE_CHECKING:
    from pytest_sfintegration.collect.case import Case
    from pytest_sfintegration.collect.state import State
    from pytest_sfintegration.matrix.model import Matrix
    from pytest_sfintegration.report.review import Entry

__all__ = ["ReviewWriter", "start"]

_OUTPUT = "sfintegration_review"
_STOPPED = frozenset(
    {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR}
)


def start(config: pytest.Config, stem: Path) -> None:
    """Register the writer of a review; raise UsageError where no file can be written."""
    if config.getoption("collectonly") or state_of(config).settings.plan:
        return
    if not hasattr(config, "workerinput"):
        for path in _paths(stem):
            _check(path)
    config.pluginmanager.register(ReviewWriter(stem), "sfintegration-review")


def _paths(stem: Path) -> tuple[Path, Path]:
    return stem.with_name(f"{stem.name}.md"), stem.with_name(f"{stem.name}.json")


def _check(path: Path) -> None:
    """Make the folder of ``path``; raise UsageError unless a file can be put there."""
    remedy = "name another path with --sf-review"
    if path.is_dir():
        raise pytest.UsageError(f"--sf-review: {path} is a folder: {remedy}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".sf-review-"):
            pass
    except OSError as error:
        raise pytest.UsageError(
            f"--sf-review: {path} cannot be written ({error.strerror or error}): {remedy}"
        ) from None


def _write(path: Path, text: str) -> None:
    """Write a file as a whole, or leave the one that is there."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".sf-review-")
    os.close(descriptor)
    draft = Path(name)
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class ReviewWriter:
    """Takes the records of a session, of its xdist workers too; at the end it writes both documents."""

    def __init__(self, stem: Path) -> None:
        self._stem = stem
        self._entries: dict[str, Entry] = {}
        self._matrices: dict[str, Mapping[str, Any]] = {}
        self._org: Mapping[str, Any] | None = None
        self._broken = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the record of a judged test; a test that is run again is told as it ended."""
        from pytest_sfintegration.report.review import Entry  # noqa: PLC0415 - with results only

        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == PROPERTY and REVIEW in (record := json.loads(str(value))):
                entry = Entry(test=report.nodeid, outcome=report.outcome, record=record)
                self._entries[report.nodeid] = entry

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note that something could not be collected."""
        self._broken |= bool(report.failed)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what an xdist worker knew of its matrices and its org."""
        self._take(getattr(node, "workeroutput", {}).get(_OUTPUT))
        self._broken |= not hasattr(node, "workeroutput")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Send what a worker knows; elsewhere write the documents."""
        own = _known(state_of(session.config))
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = own
            return
        self._take(own)
        self._finish(stopped=self._broken or exitstatus in _STOPPED)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell where the documents are."""
        here = terminalreporter.config.invocation_params.dir
        names = [os.path.relpath(path, here) for path in _paths(self._stem)]
        terminalreporter.write_line(f"review: {' and '.join(names)}")

    def _take(self, known: Mapping[str, Any] | None) -> None:
        if known is None:
            return
        for one in known["matrices"]:
            self._matrices.setdefault(one["path"], one)
        if self._org is None or known["org"]["id"]:
            self._org = known["org"]

    def _finish(self, *, stopped: bool) -> None:
        from pytest_sfintegration.report.review import review_document  # noqa: PLC0415 - at the end
        from pytest_sfintegration.report.review_markdown import render_review  # noqa: PLC0415 - the same

        document = review_document(
            self._entries.values(),
            list(self._matrices.values()),
            org=self._org or {},
            date=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            version=__version__,
            complete=not stopped,
        )
        markdown, data = _paths(self._stem)
        _write(markdown, render_review(document))
        _write(data, json.dumps(document, indent=2) + "\n")


def _known(state: "State") -> Mapping[str, Any]:
    """Return what a process knows of the session beyond its records, as plain data."""
    name = state.settings.org
    live = state.live_if_used
    organization = None if live is None else live.organization_if_known
    kind = "embedded org" if name == "embedded" else "live org"
    return {
        "matrices": [_matrix(state, path, matrix) for path, matrix in state.matrices.items()],
        "org": {
            "name": name,
            "kind": kind if organization is None else str(organization.kind),
            "id": None if organization is None else organization.id,
        },
    }


def _matrix(state: "State", path: Path, matrix: "Matrix") -> Mapping[str, Any]:
    from pytest_sfintegration.collect.files import cases_of  # noqa: PLC0415 - files imports the cases

    return {
        "path": matrix.path,
        "integration": matrix.integration,
        "user": matrix.user.username,
        "granularity": state.settings.granularity,
        "left_out": _left_out(matrix),
        "rows": [
            {"row": case.id, "at": _place(case)}
            for case in cases_of(path, matrix, state.settings.granularity)
        ],
    }


def _place(case: "Case") -> str:
    at = case.row.at if case.cell is None else case.cell.at
    return f"{at.path}:{at.line}"


def _left_out(matrix: "Matrix") -> list[Mapping[str, Any]]:
    """Return the ignore entries and the waivers of the checklist."""
    found: list[Mapping[str, Any]] = [
        {
            "names": [one.name for one in (*entry.objects, *entry.fields, *entry.user_permissions)],
            "reason": entry.reason,
            "expires": None if entry.expires is None else str(entry.expires),
            "at": f"{entry.at.path}:{entry.at.line}",
        }
        for entry in matrix.ignore
    ]
    waivers = () if matrix.checklist is None else matrix.checklist.waive
    found += [
        {
            "names": [f"practice {one.item}"],
            "reason": one.reason,
            "expires": str(one.expires),
            "at": f"{one.at.path}:{one.at.line}",
        }
        for one in waivers
    ]
    return found
