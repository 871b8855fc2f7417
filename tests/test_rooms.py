"""The one-way flow: which room may import which."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "pytest_sfintegration"

# room -> rooms it may import, beside itself and the vocabulary (rights)
ALLOWED = {
    "rights": set(),
    "sfdx": set(),
    "embedded": {"sfdx"},
    "matrix": {"sfdx"},
    "orgs": {"embedded", "sfdx"},
    "access": {"orgs"},
    "checks": {"access", "matrix", "orgs"},
    "report": {"access", "checks"},
    "data": set(),
    "advice": {"access", "checks", "matrix", "orgs", "sfdx"},
    "strength": {"access", "checks", "embedded", "matrix", "orgs", "sfdx"},
    "comparison": {"access", "checks", "matrix", "orgs"},
    "cli": {
        "advice",
        "collect",  # its modules that know no pytest: see below
        "comparison",
        "strength",
        "__version__",
        "access",
        "checks",
        "embedded",
        "matrix",
        "orgs",
        "report",
        "sfdx",
    },
}
CORE = sorted(ALLOWED)


def _modules(room: str) -> Iterator[Path]:
    single = PACKAGE / f"{room}.py"
    if single.is_file():
        yield single
    yield from (PACKAGE / room).rglob("*.py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path.name}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", CORE)
def test_core_never_imports_pytest(room: str) -> None:
    for path in _modules(room):
        names = {name.partition(".")[0] for name in _imports(path)}
        assert names.isdisjoint({"pytest", "_pytest"}), path


@pytest.mark.parametrize("room", CORE)
def test_room_imports_only_what_lies_behind_it(room: str) -> None:
    for path in _modules(room):
        for name in _imports(path):
            if name.startswith("pytest_sfintegration."):
                other = name.split(".")[1]
                assert other in {room, "rights", *ALLOWED[room]}, f"{path.name} imports {name}"


def test_cli_imports_no_pytest_by_way_of_collect() -> None:
    names = {name for path in _modules("cli") for name in _imports(path)}
    modules = {one.split(".")[2] for one in names if one.startswith("pytest_sfintegration.collect.")}
    for name in sorted(modules):
        imported = {one.partition(".")[0] for one in _imports(PACKAGE / "collect" / f"{name}.py")}
        assert "pytest" not in imported, name


def test_no_private_pytest_names() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert not any(name.split(".")[0] == "_pytest" for name in _imports(path)), path


def test_modules_are_one_noun() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
