"""What a session knows: settings, matrices, sources and runs, each loaded once and on first use."""

import gc
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_sfintegration import marks
from pytest_sfintegration.options import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_sfintegration.access.sharing_reasons import SharingHints
    from pytest_sfintegration.checks.open_fields import OpenFields
    from pytest_sfintegration.checks.run import MatrixRun, Once, Outcome
    from pytest_sfintegration.collect.progress import Progress
    from pytest_sfintegration.matrix.expectations import Row
    from pytest_sfintegration.matrix.model import Matrix
    from pytest_sfintegration.matrix.names import KnownNames
    from pytest_sfintegration.orgs.client import Budget
    from pytest_sfintegration.orgs.live.target import LiveTarget
    from pytest_sfintegration.orgs.target import TargetOrg
    from pytest_sfintegration.sfdx.model import Source

__all__ = ["State", "forget", "state_of"]


class State:
    """One session's matrices and orgs. Raises UsageError with the remedy when something is not to be had."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._settings: Settings | None = None
        self._budget: Budget | None = None
        self._roots: dict[Path, tuple[Path, ...]] = {}
        self._sources: dict[tuple[Path, ...], Source] = {}
        self._targets: dict[tuple[Path, ...], TargetOrg] = {}
        self._matrices: dict[Path, Matrix] = {}
        self._rows: dict[Path, dict[str, Row]] = {}
        self._runs: dict[tuple[Path, int], MatrixRun] = {}
        self.alone = False
        """Whether nothing but rows of matrix files runs: no test of others looks at what is garbage."""
        self.calls_planned = 0

    @property
    def settings(self) -> Settings:
        """The settings of the run."""
        if self._settings is None:
            self._settings = read_settings(self._config)
        return self._settings

    @property
    def budget(self) -> "Budget":
        """The calls of the whole session."""
        if self._budget is None:
            from pytest_sfintegration.orgs.client import Budget  # noqa: PLC0415 - on first use

            self._budget = Budget(limit=self.settings.max_calls)
            if self.settings.org != "embedded":
                from pytest_sfintegration.collect.live import tally  # noqa: PLC0415 - live runs only

                self._budget.tally = tally(self._config)
        return self._budget

    @property
    def calls_used(self) -> "Mapping[str, int]":
        """API calls made so far in this process, by purpose."""
        return {} if self._budget is None else self._budget.by_purpose

    @property
    def sources(self) -> "tuple[Source, ...]":
        """The source trees read so far."""
        return tuple(self._sources.values())

    @property
    def matrices(self) -> "Mapping[Path, Matrix]":
        """The matrices loaded so far."""
        return self._matrices

    def matrix(self, path: Path) -> "Matrix":
        """Return a matrix, loaded and checked against the names that are known; raise MatrixErrors.

        Paths are compared as they come: a file is always named by one and the same.
        """
        if path not in self._matrices:
            from pytest_sfintegration.matrix import loader, names  # noqa: PLC0415 - on first use

            matrix = loader.load(path, root=self._config.rootpath)
            roots = self.source_roots(path)
            if roots:
                names.check(matrix, self._known(names.from_source(self.source(roots))))
            self._matrices[path] = matrix
        return self._matrices[path]

    @staticmethod
    def _known(names: "KnownNames") -> "KnownNames":
        """Add the profiles that every org has although no source declares them."""
        from pytest_sfintegration.embedded.builtin import API_ONLY_PROFILE  # noqa: PLC0415 - on first use

        return replace(names, profiles=(names.profiles or frozenset()) | {API_ONLY_PROFILE})

    def source_roots(self, beside: Path) -> tuple[Path, ...]:
        """Return the source folders for a file: as set, or the nearest SFDX project above it; maybe none."""
        if self.settings.source:
            return self.settings.source
        if beside not in self._roots:
            projects = (one for one in beside.resolve().parents if (one / "sfdx-project.json").is_file())
            nearest = next(projects, None)
            self._roots[beside] = () if nearest is None else (nearest,)
        return self._roots[beside]

    def source(self, roots: tuple[Path, ...]) -> "Source":
        """Return a source tree, read once."""
        if roots not in self._sources:
            from pytest_sfintegration.sfdx import project  # noqa: PLC0415 - on first use

            try:
                self._sources[roots] = project.load_many(roots)
            except project.SourceError as error:
                raise pytest.UsageError(str(error)) from None
        return self._sources[roots]

    def target(self, beside: Path) -> "TargetOrg":
        """Return the target org for a file."""
        if self.settings.org != "embedded":
            return self.live
        roots = self.source_roots(beside)
        if not roots:
            raise pytest.UsageError(
                f"{beside}: the embedded org needs SFDX source, and no folder above has sfdx-project.json: "
                "name it with --sf-source (or sf_source in the ini file)"
            )
        if roots not in self._targets:
            from pytest_sfintegration.orgs.embedded import EmbeddedTarget  # noqa: PLC0415 - on first use

            self._targets[roots] = EmbeddedTarget(source=self.source(roots), budget=self.budget)
        return self._targets[roots]

    @cached_property
    def live(self) -> "LiveTarget":
        """The live org of the session; nothing is asked of it yet."""
        from pytest_sfintegration.collect.live import live_target  # noqa: PLC0415 - on first use

        return live_target(self._config, self.settings, self.budget)

    @property
    def live_if_used(self) -> "LiveTarget | None":
        """The live org, if the session has come to need it."""
        return self.__dict__.get("live")

    def select(self, path: Path, row: "Row") -> None:
        """Note that a row will be judged, so that one gathering serves all of them."""
        self._rows.setdefault(path, {})[row.id] = row

    def selected(self, path: Path) -> "tuple[Row, ...]":
        """Return the rows of a matrix that will be judged."""
        return tuple(self._rows.get(path, {}).values())

    def run(self, path: Path, target: "TargetOrg") -> "MatrixRun":
        """Return the run of a matrix's selected rows on an org."""
        key = path, id(target)
        if key not in self._runs:
            from pytest_sfintegration.checks.run import MatrixRun  # noqa: PLC0415 - on first use

            self._runs[key] = MatrixRun(
                matrix=self.matrix(path),
                rows=self.selected(path),
                target=target,
                levels=self.settings.levels,
                asked=self.settings.evidence != "auto",
                hints=lambda: self._sharing_hints(path),
                open_fields=self._open_fields(path) if target.name == "embedded" else None,
                strict=self.settings.strict,
                practices=lambda: self._practices(path, made=target.name == "embedded"),
                once=None if self.settings.org == "embedded" else self._once(path),
                containers=self.settings.review is not None,
            )
        return self._runs[key]

    def _once(self, path: Path) -> "Once":
        """Return the way to gather on the live org: planned, told of, and once for all workers of the run."""
        rows, settings, live = self.selected(path), self.settings, self.live

        def once(gather: "Callable[[], Outcome]") -> "Outcome":
            from pytest_sfintegration.checks.plan import planned_calls  # noqa: PLC0415 - live runs only
            from pytest_sfintegration.orgs.target import API_VERSION  # noqa: PLC0415 - the same

            plan = planned_calls(rows, settings.levels, root=f"/services/data/v{API_VERSION}")

            def mine() -> "Outcome":
                self.calls_planned += sum(plan.values())
                with self._progress.gathering(self.budget, sum(plan.values())):
                    return gather()

            return live.once(f"{path} {[row.id for row in rows]}", mine)

        return once

    @cached_property
    def _progress(self) -> "Progress":
        from pytest_sfintegration.collect.progress import Progress  # noqa: PLC0415 - live runs only

        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        shown = isinstance(reporter, pytest.TerminalReporter) and not hasattr(self._config, "workerinput")
        return Progress(reporter if shown else None, self._config)

    def _sharing_hints(self, path: Path) -> "SharingHints":
        from pytest_sfintegration.access.sharing_reasons import SharingHints  # noqa: PLC0415 - records only
        from pytest_sfintegration.collect.sharing import sharing_hints  # noqa: PLC0415 - the same

        roots = self.source_roots(path)
        return sharing_hints(self.source(roots)) if roots else SharingHints()

    def _open_fields(self, path: Path) -> "OpenFields":
        from pytest_sfintegration.collect.problems import open_fields  # noqa: PLC0415 - embedded runs only

        return open_fields(self.source(self.source_roots(path)))

    def _practices(self, path: Path, *, made: bool) -> "tuple[object, ...]":
        """Return what the source and the run say of the checklist; ``made``: the run makes the org."""
        from pytest_sfintegration.access.practices.upkeep_facts import OrgOrigin  # noqa: PLC0415
        from pytest_sfintegration.collect.practices import practice_hints, suite_users  # noqa: PLC0415

        roots = self.source_roots(path)
        hints = practice_hints(self.source(roots) if roots else None)
        return hints, suite_users(self.matrix(path), self._matrices.values()), OrgOrigin(made=made)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the runs have to say beside their verdicts."""
        told = () if self.live_if_used is None else self.live_if_used.notes
        return (*told, *(note for run in self._runs.values() for note in run.notes))


_KEY = pytest.StashKey[State]()


def state_of(config: pytest.Config) -> State:
    """Return the session's state."""
    if _KEY not in config.stash:
        marks.use(config)
        gc.unfreeze()  # what a session before this one, in the same process, kept for good
        config.stash[_KEY] = State(config)
    return config.stash[_KEY]


def forget(config: pytest.Config) -> None:
    """Let go of all that the session knew, before pytest looks for garbage among it.

    Measured on 40,000 field rights: the last collections, pytest's and the interpreter's, take 0.3 s less.
    """
    if not state_of(config).alone:
        config.stash[_KEY] = State(config)
