"""Damaged files give problems or a model, never an exception."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sfdx_sources import PROJECT, write, xml

from pytest_sfintegration.sfdx.model import Source
from pytest_sfintegration.sfdx.project import load

ROUNDS = 60  # times six damages, times six or seven files of nine
DAMAGED = 0.7
FIELD = xml(
    "CustomField",
    "<fullName>X__c</fullName>\n<label>X</label>\n<length>18</length>\n<referenceTo>Account</referenceTo>\n"
    "<relationshipName>Xs</relationshipName>\n<required>false</required>\n<type>Lookup</type>",
)
OBJECT = xml(
    "CustomObject",
    "<label>Site</label>\n<nameField>\n<label>N</label>\n<type>Text</type>\n</nameField>\n"
    "<sharingModel>Private</sharingModel>\n<fields>\n<fullName>Y__c</fullName>\n<type>Summary</type>\n"
    "<summarizedField>Site__c.X__c</summarizedField>\n</fields>\n<fields>\n<fullName>Z__c</fullName>\n"
    "<type>Picklist</type>\n<valueSet>\n<valueSetDefinition>\n<value>\n<fullName>a</fullName>\n"
    "<default>true</default>\n</value>\n</valueSetDefinition>\n</valueSet>\n</fields>",
)
CONTAINER = (
    "<fieldPermissions>\n<editable>true</editable>\n<field>Account.Website</field>\n<readable>true</readable>\n"
    "</fieldPermissions>\n<label>L</label>\n<loginIpRanges>\n<endAddress>10.0.0.9</endAddress>\n"
    "<startAddress>10.0.0.1</startAddress>\n</loginIpRanges>\n<objectPermissions>\n<allowRead>true</allowRead>\n"
    "<object>Site__c</object>\n</objectPermissions>\n<recordTypeVisibilities>\n<recordType>Account.A</recordType>\n"
    "<visible>true</visible>\n</recordTypeVisibilities>\n<userPermissions>\n<enabled>true</enabled>\n"
    "<name>ApiEnabled</name>\n</userPermissions>"
)
FILES = {
    "objects/Site__c/Site__c.object-meta.xml": OBJECT,
    "objects/Site__c/fields/X__c.field-meta.xml": FIELD,
    "permissionsets/S.permissionset-meta.xml": xml("PermissionSet", CONTAINER),
    "profiles/P.profile-meta.xml": xml("Profile", CONTAINER),
    "permissionsetgroups/G.permissionsetgroup-meta.xml": xml(
        "PermissionSetGroup", "<label>G</label>\n<permissionSets>S</permissionSets>\n<status>Updated</status>"
    ),
    "queues/Q.queue-meta.xml": xml(
        "Queue", "<queueMembers>\n<users>\n<user>u</user>\n</users>\n</queueMembers>\n<queueSobject>\n"
        "<sobjectType>Case</sobjectType>\n</queueSobject>",
    ),
    "sharingRules/Site__c.sharingRules-meta.xml": xml(
        "SharingRules",
        "<sharingCriteriaRules>\n<fullName>C</fullName>\n<accessLevel>Read</accessLevel>\n<sharedTo>\n<role>R</role>\n"
        "</sharedTo>\n<criteriaItems>\n<field>X__c</field>\n<operation>equals</operation>\n<value>1</value>\n"
        "</criteriaItems>\n</sharingCriteriaRules>",
    ),
    "connectedApps/A.connectedApp-meta.xml": xml(
        "ConnectedApp", "<oauthConfig>\n<scopes>Api</scopes>\n</oauthConfig>\n<oauthPolicy>\n</oauthPolicy>"
    ),
    "restrictionRules/R.rule-meta.xml": xml(
        "RestrictionRule", "<active>true</active>\n<targetEntity>Task</targetEntity>"
    ),
}  # fmt: skip


def flip(text: str, chance: random.Random) -> bytes:
    content = bytearray(text.encode())
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def truncate(text: str, chance: random.Random) -> bytes:
    return text.encode()[: chance.randrange(len(text))]


def swap_tags(text: str, chance: random.Random) -> bytes:
    tags = sorted(set(re.findall(r"</(\w+)>", text)))
    first, other = chance.choice(tags), chance.choice(tags)
    return re.sub(rf"(</?){first}>", rf"\g<1>{other}>", text).encode()


def swap_values(text: str, chance: random.Random) -> bytes:
    words = [
        "",
        "true",
        "TRUE",
        "0",
        "9" * 5000,
        "-1",
        "é",
        ".",
        "a.b.c",
        "__c",
        "Account",
        " ",
        "Summary",
        "٣",
        "%%%",
    ]
    return re.sub(
        r">([^<>\n]+)<", lambda found: f">{chance.choice([found.group(1), *words])}<", text
    ).encode()


def repeat_lines(text: str, chance: random.Random) -> bytes:
    lines = text.split("\n")
    start = chance.randrange(1, len(lines))
    end = min(len(lines), start + chance.randint(1, 5))
    return "\n".join(lines[:end] + lines[start:end] + lines[end:]).encode()


def drop_lines(text: str, chance: random.Random) -> bytes:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines).encode()


DAMAGES: list[Callable[[str, random.Random], bytes]] = [
    flip, truncate, swap_tags, swap_values, repeat_lines, drop_lines,
]  # fmt: skip


def use(source: Source) -> None:
    """Look at everything: what is made late must not fail late."""
    for known in source.objects.values():
        if known.path or not known.known:
            assert all(field.name for field in known.fields.values())
    for problem in source.problems:
        assert problem.message
        assert problem.remedy
        assert str(problem)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_files_give_problems_or_a_model(
    damage: Callable[[str, random.Random], bytes], tmp_path: Path
) -> None:
    write(tmp_path, {"sfdx-project.json": PROJECT})
    folder = write(tmp_path / "force-app", FILES)
    assert load(tmp_path).problems == ()
    for seed in range(ROUNDS):
        chance = random.Random(f"{damage.__name__} {seed}")  # noqa: S311 - repeatable, not secret
        damaged = {name: damage(text, chance) for name, text in FILES.items() if chance.random() < DAMAGED}
        write(folder, {**FILES, **damaged})
        try:
            use(load(tmp_path))
        except Exception as error:
            error.add_note(f"seed {seed}: {damaged!r}")
            raise


def test_deeply_nested_elements_do_no_harm(tmp_path: Path) -> None:
    deep = "<a>" * 20_000 + "</a>" * 20_000
    write(tmp_path, {"permissionsets/S.permissionset": xml("PermissionSet", deep)})
    assert "<a> is not modelled" in load(tmp_path).problems[0].message
