"""FIDELITY.md is what the registry generates. ``make fidelity`` writes it anew."""

import re
from pathlib import Path

import pytest

from pytest_sfintegration.cli.main import main
from pytest_sfintegration.embedded.fidelity.divergences import DIVERGENCES
from pytest_sfintegration.embedded.fidelity.page import page
from pytest_sfintegration.embedded.fidelity.registry import marks

PROJECT = Path(__file__).resolve().parents[2]


def test_committed_page_is_what_the_registry_generates() -> None:
    assert (PROJECT / "FIDELITY.md").read_text(encoding="utf-8") == page(), "run: make fidelity"


def test_counts_of_the_page_are_those_of_the_marks() -> None:
    total = re.search(r"^\| \*\*all\*\* \| (.*) \|$", page(), re.MULTILINE)
    assert total is not None
    *each, sum_ = (int(figure) for figure in total[1].split(" | "))
    assert sum(each) == sum_ == len(marks())


def test_rows_of_a_table_have_the_cells_of_its_head() -> None:
    width = 0
    for line in page().splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        width = width or cells
        assert cells == width, line


def test_page_names_no_path_of_a_machine() -> None:
    assert not re.search(r"(?<![\w…}/])/(work|home|tmp|usr|root)/", page())


def test_page_tells_every_divergence() -> None:
    text = page()
    assert all(each.what in text for each in DIVERGENCES)


def test_command_prints_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fidelity"]) == 0
    assert capsys.readouterr().out == page()


def test_check_is_content_with_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "FIDELITY.md"
    path.write_text(page(), encoding="utf-8")
    assert main(["fidelity", "--check", str(path)]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_of_an_old_page_shows_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "FIDELITY.md"
    path.write_text(page().replace("## Known divergences", "## Known differences"), encoding="utf-8")
    assert main(["fidelity", "--check", str(path)]) == 1
    told = capsys.readouterr().err
    assert "-## Known differences" in told
    assert "+## Known divergences" in told
    assert f"Write it anew: sfintegration fidelity > {path}" in told


def test_check_of_a_file_that_is_not_there_names_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "FIDELITY.md"
    assert main(["fidelity", "--check", str(path)]) == 2
    assert f"Write it: sfintegration fidelity > {path}" in capsys.readouterr().err
