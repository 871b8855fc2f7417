"""The command ``sfintegration``: its help, its schema, and how ``serve`` begins, refuses and ends."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from importlib import import_module
from pathlib import Path

import pytest
from served import served

from pytest_sfintegration import __version__
from pytest_sfintegration.cli.main import COMMANDS, main
from pytest_sfintegration.matrix.schema import json_schema

HERE = Path(__file__).resolve().parent


def _serve(*options: str) -> int:
    return main(["serve", f"--source={HERE / 'project'}", *options])


@pytest.fixture
def users(tmp_path: Path) -> str:
    path = tmp_path / "users.yaml"
    path.write_text("users: [{username: a@x.example, profile: System Administrator}]\n", encoding="utf-8")
    return f"--users={path}"


def test_every_subcommand_is_listed_and_helps(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    listed = capsys.readouterr().out
    for name, command in COMMANDS.items():
        assert f"  {name}" in listed
        assert {"add_arguments", "run"} <= set(import_module(command.module).__all__)
        with pytest.raises(SystemExit, match="0"):
            main([name, "--help"])
        assert f"usage: sfintegration {name}" in capsys.readouterr().out


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"sfintegration {__version__}\n"


@pytest.mark.parametrize("argv", [[], ["srve"], ["serve"], ["serve", "--sorce=x"], ["schema", "x"]])
def test_wrong_use_is_exit_code_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(argv)
    assert "usage: sfintegration" in capsys.readouterr().err


@pytest.mark.parametrize(("argv", "partial"), [([], False), (["matrix"], False), (["base"], True)])
def test_schema_is_that_of_the_loader(
    argv: list[str], partial: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", *argv]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema(partial=partial)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom pytest_sfintegration.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'yaml', 'requests', 'cryptography', 'simple_salesforce', 'pytest', 'faker'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--host=0.0.0.0"], "Use 127.0.0.1 or ::1."),
        (["--port=99999"], "Name a free port"),
        (["--source=/nowhere"], "/nowhere"),
        (["--users=/nowhere.yaml"], "/nowhere.yaml:1:1: the file does not exist. Check the path."),
    ],
)
def test_serve_says_what_is_wrong_and_the_remedy(
    users: str, options: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _serve(users, *options) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert expected in said.err
    assert "Traceback" not in said.err


def test_serve_names_the_place_of_an_unknown_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "users.yaml"
    path.write_text("users: [{username: a@x.example, profile: System Administator}]\n", encoding="utf-8")
    assert _serve(f"--users={path}") == 2
    assert (
        "users.yaml:1:42: the source has no profile 'System Administator'. Did you" in capsys.readouterr().err
    )


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_serve_tells_its_address_and_ends_on_a_signal(tmp_path: Path, end: signal.Signals) -> None:
    with served(tmp_path) as org:
        with urllib.request.urlopen(f"{org.base_url}/services/data", timeout=10) as answer:  # noqa: S310 - ours
            assert json.load(answer)[-1]["version"] >= "60.0"
        org.process.send_signal(end)
        assert org.process.wait(timeout=10) == 0
        assert org.process.stderr is not None
        assert org.process.stderr.read() == ""
