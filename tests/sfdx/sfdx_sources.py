"""Small sources, written for one test."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pytest_sfintegration.sfdx.model import Problem, Source

XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
PROJECT = '{"packageDirectories": [{"path": "force-app", "default": true}], "sourceApiVersion": "62.0"}'

Loader = Callable[[Mapping[str, str | bytes]], Source]


def xml(root: str, body: str) -> str:
    """Return a metadata file; the body starts on line 3."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {XMLNS}>\n{body}\n</{root}>\n'


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def the_problem(source: Source) -> Problem:
    assert len(source.problems) == 1, [str(problem) for problem in source.problems]
    return source.problems[0]
