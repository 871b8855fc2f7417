"""Small sources, written for one test."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pytest_sfintegration.sfdx import drafts, reader
from pytest_sfintegration.sfdx import xml as parsing
from pytest_sfintegration.sfdx.model import Problem, Source
from pytest_sfintegration.sfdx.project import load

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


SET = "permissionsets/Sync.permissionset-meta.xml"
GROUP = "permissionsetgroups/All.permissionsetgroup-meta.xml"
OBJECT = "objects/Region__c/Region__c.object-meta.xml"
REGION = xml("CustomObject", "<label>Region</label><pluralLabel>Regions</pluralLabel>")
REQUIRED = xml(
    "CustomField", "<fullName>Code__c</fullName><label>Code</label><required>true</required><type>Text</type>"
)
DETAIL = xml(
    "CustomField",
    "<fullName>Region__c</fullName><label>R</label><referenceTo>Region__c</referenceTo>"
    "<relationshipName>Sites</relationshipName><type>MasterDetail</type>",
)


def rights(name: str, *flags: str) -> str:
    granted = "".join(f"<{flag}>true</{flag}>" for flag in flags)
    return f"<objectPermissions>{granted}<object>{name}</object></objectPermissions>"


def field_rights(name: str, *, read: str = "true", edit: str = "false") -> str:
    return (
        f"<fieldPermissions><editable>{edit}</editable><field>{name}</field>"
        f"<readable>{read}</readable></fieldPermissions>"
    )


def load_plainly(path: Path, *, facts: bool = True) -> Source:
    """Load with every file left to the parser, and every field to the reader of fields."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "read_flat", lambda _: None)
        patch.setattr(drafts, "read_usual", lambda *_: None)
        patch.setattr(reader, "parse_container", parsing.parse)
        return load(path, facts=facts)


def names_in_order(source: Source) -> list[object]:
    """Return what equality of mappings does not look at."""
    containers = (source.profiles, source.permission_sets, source.muting_permission_sets)
    return [
        [(name, list(each.fields)) for name, each in source.objects.items()],
        [
            (name, list(each.objects), [(of, list(fields)) for of, fields in each.fields.items()])
            for kind in containers
            for name, each in kind.items()
        ],
    ]
