"""The README's table of items is the table of items. ``UPDATE_README=1`` writes it anew."""

import os
import re
from pathlib import Path

import pytest

from pytest_sfintegration.matrix.checklist.items import ITEMS
from pytest_sfintegration.matrix.loader import load

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCK = re.compile(r"<!-- checklist items -->\n(?P<table>.*?)<!-- end of checklist items -->", re.DOTALL)
HEAD = (
    "integration: A\nuser: {username: a, permission_sets: [Acme_Sync]}\nobjects: {Account: R, Contact: R}\n"
)


def table() -> str:
    lines = ["| item | under | what must be so |", "|---|---|---|"]
    lines += [f"| `{item.key}` | {item.preset} | {item.title} |" for item in ITEMS.values()]
    return "\n".join(lines) + "\n"


def test_items_of_the_readme_are_real() -> None:
    text = README.read_text(encoding="utf-8")
    block = BLOCK.search(text)
    assert block is not None
    if os.environ.get("UPDATE_README"):
        README.write_text(
            text[: block.start("table")] + table() + text[block.end("table") :], encoding="utf-8"
        )
    else:
        assert block["table"] == table()


@pytest.mark.parametrize("number", [0, 1])
def test_checklists_of_the_readme_load(number: int, tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(checklist:.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    path = tmp_path / "a.matrix.yaml"
    path.write_text(HEAD + blocks[number], encoding="utf-8")
    assert load(path, environ={}, root=tmp_path).checklist is not None
