"""The one table of options: it feeds the command line, the ini file, the environment and the documentation.

Precedence: command line, then environment, then ini file, then default.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_sfintegration.access.evidence import Level

__all__ = [
    "OPTIONS",
    "Option",
    "Settings",
    "add_options",
    "header",
    "is_planning",
    "read_settings",
    "review_stem",
    "tell_unused",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting; ``name`` gives the flag, the ini key and the environment variable."""

    name: str
    default: str | None
    help: str
    metavar: str
    choices: tuple[str, ...] = ()
    switch: bool = False

    @property
    def flag(self) -> str:
        """The command line flag."""
        return "--sf-" + self.name.replace("_", "-")

    @property
    def ini(self) -> str:
        """The key in the ini file."""
        return "sf_" + self.name

    @property
    def variable(self) -> str:
        """The environment variable."""
        return "SF_" + self.name.upper()


OPTIONS = (
    Option(
        name="org",
        default="embedded",
        metavar="NAME",
        help="target org: embedded is built in the process from the SFDX source; another name is a live org "
        "of sf_orgs.yaml, of SF_<NAME>_... variables or of the Salesforce CLI. Default: embedded",
    ),
    Option(
        name="source",
        default=None,
        metavar="DIR",
        help="SFDX project (or Metadata API folder) that the embedded org is built from; several are "
        "separated by commas. Default: the nearest folder above the matrix with sfdx-project.json",
    ),
    Option(
        name="granularity",
        default="row",
        metavar="row|cell",
        choices=("row", "cell"),
        help="row: one test per object and aspect, compared as a set; cell: one test per right. Default: row",
    ),
    Option(
        name="evidence",
        default="auto",
        metavar="LEVEL",
        choices=("auto", "configured", "described", "enforced"),
        help="how far to look: configured (the permission tables), described (describes as the user too), "
        "enforced (real queries and writes too), or auto: all that the kind of org allows. Default: auto",
    ),
    Option(
        name="max_calls",
        default=None,
        metavar="N",
        help="hard stop on the API calls of a run; what is not known by then is inconclusive, never "
        "green. Default: none",
    ),
    Option(
        name="orgs",
        default=None,
        metavar="FILE",
        help="file that names the live orgs and how to log in to them. Default: sf_orgs.yaml beside the ini "
        "file",
    ),
    Option(
        name="allow_writes",
        default=None,
        metavar="ORGID",
        help="id of the production org in which records may be made and removed; without it production is "
        "read-only",
    ),
    Option(
        name="timeout",
        default="60",
        metavar="SECONDS",
        help="how long one call to a live org may take. Default: 60",
    ),
    Option(
        name="strict",
        default="false",
        metavar="true|false",
        switch=True,
        help="a right that was not observed at a level of evidence that was asked for is inconclusive, not a "
        "note, and a run of the embedded org is not green while its source has problems",
    ),
    Option(
        name="review",
        default=None,
        metavar="PATH",
        help="write the review of the run for auditors, PATH.md and PATH.json; in a folder: sf-review.md and "
        "sf-review.json",
    ),
    Option(
        name="plan",
        default="false",
        metavar="true|false",
        switch=True,
        help="tell the API calls that the selected tests would take at most, by purpose, and run nothing",
    ),
)


_SWITCH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a run, and where each that is not a default came from."""

    org: str
    source: tuple[Path, ...]
    granularity: str
    evidence: str
    max_calls: int | None
    orgs: Path
    allow_writes: str | None
    timeout: int
    strict: bool = False
    plan: bool = False
    review: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def levels(self) -> "tuple[Level, ...]":
        """The levels of evidence to gather, weakest first."""
        from pytest_sfintegration.access.evidence import Level  # noqa: PLC0415 - only when used

        levels = tuple(Level)
        wanted = "enforced" if self.evidence == "auto" else self.evidence
        return levels[: levels.index(Level(wanted)) + 1]


def add_options(parser: pytest.Parser) -> None:
    """Declare every option on the command line and in the ini file."""
    group = parser.getgroup("sfintegration", "Salesforce integration users")
    for one in OPTIONS:
        text = f"{one.help} [{one.variable}]"
        if one.switch:
            group.addoption(
                one.flag, dest=one.ini, default=None, action="store_const", const="true", help=text
            )
        else:
            group.addoption(one.flag, dest=one.ini, metavar=one.metavar, default=None, help=text)
        parser.addini(one.ini, help=one.help, default=None)


def read_settings(config: pytest.Config) -> Settings:
    """Return the settings, or raise UsageError for a value that cannot be."""
    values: dict[str, str | None] = {}
    origins: dict[str, str] = {}
    bases: dict[str, Path] = {}
    for one in OPTIONS:
        value, origin, base = _look_up(config, one)
        if value is not None and one.choices and value not in one.choices:
            raise pytest.UsageError(
                f"{origin}: {value!r} is none of {', '.join(one.choices)}: choose one of them"
            )
        if one.switch and value not in _SWITCH:
            raise pytest.UsageError(f"{origin}: {value!r} is neither true nor false")
        values[one.name] = value
        bases[one.name] = base
        if origin != "default":
            origins[one.name] = origin
    return Settings(
        org=values["org"] or "embedded",
        source=_paths(values["source"], bases["source"]),
        granularity=values["granularity"] or "row",
        evidence=values["evidence"] or "auto",
        max_calls=_number(values["max_calls"], "max_calls", origins),
        orgs=next(iter(_paths(values["orgs"], bases["orgs"])), config.rootpath / "sf_orgs.yaml"),
        allow_writes=values["allow_writes"],
        timeout=_number(values["timeout"], "timeout", origins) or 60,
        strict=_SWITCH[values["strict"] or "false"],
        plan=_SWITCH[values["plan"] or "false"],
        review=_stem(values["review"], bases["review"]),
        origins=origins,
    )


def review_stem(config: pytest.Config) -> Path | None:
    """Return where the review of the run is to be written, without the ending of a file; None for nowhere."""
    value, _, base = _look_up(config, next(one for one in OPTIONS if one.name == "review"))
    return _stem(value, base)


def _stem(value: str | None, base: Path) -> Path | None:
    if not value:
        return None
    path = (base / value).resolve()
    if path.is_dir() or value.endswith(("/", os.sep)):
        return path / "sf-review"
    return path.with_suffix("") if path.suffix in {".md", ".json"} else path


def is_planning(config: pytest.Config) -> bool:
    """Tell whether the session only plans."""
    return read_settings(config).plan


def header(config: pytest.Config) -> list[str]:
    """Return the report header: the settings that are not defaults, and where they came from."""
    settings = read_settings(config)
    if not settings.origins:
        return []
    values = {
        "org": settings.org,
        "source": ", ".join(os.path.relpath(one, config.invocation_params.dir) for one in settings.source),
        "granularity": settings.granularity,
        "evidence": settings.evidence,
        "max_calls": str(settings.max_calls),
        "orgs": os.path.relpath(settings.orgs, config.invocation_params.dir),
        "allow_writes": str(settings.allow_writes),
        "timeout": str(settings.timeout),
        "strict": str(settings.strict).lower(),
        "plan": str(settings.plan).lower(),
        "review": "" if settings.review is None else _shown(settings.review, config),
    }
    told = [f"{name}={values[name]} (from {origin})" for name, origin in settings.origins.items()]
    return [f"sfintegration: {', '.join(told)}"]


def tell_unused(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was looked for, when an option was given and there is no test at all."""
    if reporter.stats or all(config.getoption(one.ini) is None for one in OPTIONS):
        return
    reporter.write_line(
        "sfintegration: no *.matrix.yaml and no test with one of its markers in "
        f"{config.invocation_params.dir} or below: name it such as acme.matrix.yaml, or start where it lies"
    )


def _shown(path: Path, config: pytest.Config) -> str:
    return os.path.relpath(path, config.invocation_params.dir)


def _look_up(config: pytest.Config, one: Option) -> tuple[str | None, str, Path]:
    """Return a value, where it came from, and the folder that a relative path in it starts at."""
    here = config.invocation_params.dir
    if (given := config.getoption(one.ini)) is not None:
        return str(given), one.flag, here
    if (given := os.environ.get(one.variable)) is not None:
        return given, one.variable, here
    if (given := config.getini(one.ini)) is not None:
        return str(given), f"ini {one.ini}", config.rootpath
    return one.default, "default", here


def _paths(value: str | None, base: Path) -> tuple[Path, ...]:
    if value is None:
        return ()
    return tuple((base / part.strip()).resolve() for part in value.split(",") if part.strip())


def _number(value: str | None, name: str, origins: Mapping[str, str]) -> int | None:
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise pytest.UsageError(f"{origins[name]}: {value!r} is no whole number of 1 or more")
    return int(value)
