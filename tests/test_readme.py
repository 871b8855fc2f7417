"""The README's output is what the broken suite prints. ``UPDATE_README=1`` writes it anew."""

import os
import re
import subprocess
import sys
from pathlib import Path

from pytest_sfintegration.options import OPTIONS

PROJECT = Path(__file__).resolve().parent.parent
README = PROJECT / "README.md"
BLOCK = re.compile(
    r'<!-- output: pytest -q -k "(?P<filter>[^"]+)" -->\n'
    r"```text\n(?P<text>.*?)```\n<!-- end of output -->",
    re.DOTALL,
)


def output_of(selection: str) -> str:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("SF_", "PYTEST_"))}
    done = subprocess.run(  # noqa: S603 - this interpreter, on our own suite
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", selection],
        cwd=PROJECT / "sample_suites" / "hubspot_broken",
        env={**environ, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    begin = next(index for index, line in enumerate(lines) if line.startswith("____"))
    end = next(index for index, line in enumerate(lines) if "short test summary info" in line)
    return "\n".join(lines[begin:end]) + "\n"


def test_failing_run_in_the_readme_is_real() -> None:
    text = README.read_text(encoding="utf-8")
    block = BLOCK.search(text)
    assert block is not None
    real = output_of(block["filter"])
    if os.environ.get("UPDATE_README"):
        README.write_text(text[: block.start("text")] + real + text[block.end("text") :], encoding="utf-8")
    else:
        assert block["text"] == real


def test_every_option_stands_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    for one in OPTIONS:
        assert f"| `{one.flag}` | `{one.ini}` | `{one.variable}` |" in text
