"""Parts of a run in one process: ``python -m tests.benchmarks.parts [source folder]``.

Describes and the permission tables as they are asked for the first time, and source against parsing the files
that it reads with lxml and doing nothing.
"""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lxml import etree

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, UserSpec
from pytest_sfintegration.embedded.wire import Request
from pytest_sfintegration.sfdx import project
from pytest_sfintegration.sfdx.model import FieldDef, Source
from pytest_sfintegration.sfdx.problems import Problems
from pytest_sfintegration.sfdx.tree import open_tree, walk
from tests.benchmarks.projects import write_project

_ROUNDS = 7
_SOURCE_ROUNDS = 15
_NOT_PARSED = ("cls", "flow")  # read for their names, or not as XML
_USER = "bench@example.com"


def main() -> None:
    """Measure every part."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, objects=100, fields=100)
        _describes(folder)
        for each in sys.argv[1:] or [name]:
            _source(Path(each))


def _describes(folder: Path) -> None:
    source = project.load_many((folder,))
    names = [name for name in source.objects if name.startswith("Thing")]
    found: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):
        user = UserSpec(
            username=_USER,
            profile="Minimum Access - API Only Integrations",
            permission_sets=("Everything",),
        )
        org = EmbeddedOrg(project.load_many((folder,)), [user])
        parts = {
            "100 describes of 100 fields, restricted user (at most 150 ms)": lambda org=org: [
                _get(org, _USER, f"sobjects/{name}/describe") for name in names
            ],
            "FieldPermissions, all 10,000 of one parent (at most 50 ms)": lambda org=org: _get(
                org,
                SETUP_USERNAME,
                "query",
                "SELECT Id, Field FROM FieldPermissions WHERE Parent.Label = 'Everything'",
            ),
        }
        for what, act in parts.items():
            found.setdefault(what, []).append(_timed(act))
    for what, times in found.items():
        print(f"{what}: {statistics.median(times) * 1000:.0f} ms, best {min(times) * 1000:.0f} ms")


def _source(folder: Path) -> None:
    """Compare CPU times; what a load leaves to be made when it is asked for is measured too.

    Each is timed right after a run of its own: what lxml frees, the next one to allocate would tidy up.
    """
    found_files = walk(open_tree(str(folder), Problems()), set())
    files = [each.path for each in found_files if each.suffix not in _NOT_PARSED]
    parts: dict[str, Callable[[], Any]] = {
        "lxml parsing them": lambda: [etree.parse(path) for path in files],
        "load": lambda: project.load_many((folder,)),
        "load, and every field of the source made": lambda: _made(project.load_many((folder,))),
    }
    found: dict[str, list[float]] = {what: [] for what in parts}
    for _ in range(_SOURCE_ROUNDS):
        for what, act in parts.items():
            act()
            found[what].append(_timed(act, time.process_time))
    medians = {what: statistics.median(times) for what, times in found.items()}
    lxml = medians.pop("lxml parsing them")
    print(f"source of {len(files)} files: {lxml * 1000:.0f} ms of lxml parsing them")
    for what, took in medians.items():
        print(f"  {what}: {took * 1000:.0f} ms, {took / lxml:.2f} x (load: at most 1.2 x)")


def _made(source: Source) -> list[FieldDef]:
    """Make every field of the objects that the source declares or extends."""
    return [
        field for each in source.objects.values() if each.path is not None for field in each.fields.values()
    ]


def _timed(act: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    gc.collect()
    start = clock()
    act()
    return clock() - start


def _get(org: EmbeddedOrg, username: str, path: str, query: str = "") -> Any:
    response = org.handle(
        Request(
            method="GET",
            path=f"/services/data/v67.0/{path}",
            query=f"q={quote(query)}" if query else "",
            headers={"authorization": f"Bearer {org.login_token(username)}"},
            body=b"",
        )
    )
    if response.status != 200:
        raise SystemExit(str(response.payload))
    return response.payload


if __name__ == "__main__":
    main()
