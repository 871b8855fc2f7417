"""What a driver printed: one line for each step."""

import re
from dataclasses import dataclass

# Steps that ask for what the embedded org does not model. They must fail by its explicit refusal, and leave
# this list when it learns them.
REFUSED = {
    "http": set[str](),
    "simple_salesforce": set[str](),
    "sf_cli": set[str](),
}
REFUSAL = "NOT_SUPPORTED_BY_EMBEDDED_ORG"

_STEP = re.compile(r"^(OK  |FAIL|SKIP) (\w+)(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The steps of a run, by what became of them."""

    passed: set[str]
    failed: dict[str, str]
    skipped: set[str]


def read_report(output: str) -> Report:
    """Read a driver's output."""
    steps = _STEP.findall(output)
    return Report(
        passed={name for verdict, name, _ in steps if verdict == "OK  "},
        failed={name: rest.lstrip(": ") for verdict, name, rest in steps if verdict == "FAIL"},
        skipped={name for verdict, name, _ in steps if verdict == "SKIP"},
    )


def complaints(driver: str, output: str) -> list[str]:
    """Return what is wrong with a run: silent or unexpected failures, skipped steps, outdated exceptions."""
    report = read_report(output)
    refused = REFUSED[driver]
    wrong = [
        f"{name}: {why}"
        for name, why in report.failed.items()
        if name not in refused or (REFUSAL not in why and "not supported by the embedded org" not in why)
    ]
    wrong += [f"{name}: skipped" for name in report.skipped]
    wrong += [f"{name} passes: take it out of REFUSED" for name in refused & report.passed]
    wrong += [f"{name} was not run" for name in refused - report.passed - set(report.failed)]
    return wrong or ([] if report.passed else ["no step passed"])
