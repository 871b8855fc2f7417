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
