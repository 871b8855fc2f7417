"""Files of nothing but texts, read by one expression: the same as the parser's reading, or left to it."""

import random
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sfdx_sources import PROJECT, load_plainly, write, xml
from test_sfdx_fuzz import DAMAGES

from pytest_sfintegration.sfdx import flat
from pytest_sfintegration.sfdx.project import load

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "nebula-logger"
NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<R xmlns="http://soap.sforce.com/2006/04/metadata">'
FRAGMENTS = [
    "<a>", "</a>", "<b>", "</b>", "<a/>", "</R>", "<R>", "<a>x</a>", "<b>\n y </b>", "<a></a>", "<é>x</é>",
    "<1>x</1>", "<a-b>x</a-b>", "<a k='v'>x</a>", "<?p?>", "<!-- c -->", "<![CDATA[<]]>", "&amp;", "&lt;",
    "&amp;lt;", "&#65;", "&x;", "&", "]]>", ">", "\r\n", "\n    ", "\t", "\x0b", "\x00", "\x7f", "é",
    "\ufffe", "\xa0", "x", HEAD, "</R>\n", "<R xmlns='urn:x'>", "\ufeff", "<!DOCTYPE R>", "😀",
]  # fmt: skip
PARTS = st.sampled_from(FRAGMENTS)
ROUNDS = 60
FIELDS = {
    f"objects/Site__c/fields/{name}__c.field-meta.xml": xml(
        "CustomField",
        f"<fullName>{name}__c</fullName>\n<label>A &amp; b</label>\n<description>é</description>\n{rest}",
    )
    for name, rest in {
        "Text": "<length>80</length>\n<required>true</required>\n<type>Text</type>",
        "Number": "<precision>18</precision>\n<scale>2</scale>\n<type>Number</type>\n<unique>false</unique>",
        "Flag": "<defaultValue>false</defaultValue>\n<type>Checkbox</type>",
        "Up": "<referenceTo>Account</referenceTo>\n<type>Lookup</type>",
    }.items()
}


def by_parser(content: bytes) -> tuple[str, list[tuple[str, str | None]]] | None:
    """Return what the parser reads, if it is a root of nothing but texts."""
    try:
        root = ET.fromstring(content)  # noqa: S314 - the test's own texts
    except ET.ParseError:
        return None
    pairs = [(each.tag.removeprefix(NAMESPACE), each.text) for each in root]
    return root.tag.removeprefix(NAMESPACE), pairs


@settings(max_examples=400, deadline=None)
@given(st.lists(PARTS | PARTS.map("<a>{}</a>".format), max_size=6).map("".join), st.booleans())
@example("<a>x &amp;lt; y</a>", True)  # noqa: FBT003 - the argument of the property
@example("<a>]]></a>", True)  # noqa: FBT003
@example("<a>\ufffe</a>", True)  # noqa: FBT003
@example("<a></a>", True)  # noqa: FBT003
@example("<a>x\r\ny</a>", True)  # noqa: FBT003
def test_flat_file_reads_as_the_parser_reads_it(text: str, whole: bool) -> None:
    content = (f"{HEAD}{text}</R>" if whole else text).encode()
    found = flat.read_flat(content)
    assert found is None or found == by_parser(content)


def test_files_of_a_public_project_read_as_the_parser_reads_them() -> None:
    files = [path.read_bytes() for path in CORPUS.rglob("*-meta.xml")]
    found = [(content, read) for content in files if (read := flat.read_flat(content)) is not None]
    assert all(read == by_parser(content) for content, read in found)
    assert len(found) > 0.8 * len(files)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_fields_give_the_same_problems_by_the_parser_alone(damage: object, tmp_path: Path) -> None:
    assert callable(damage)
    write(tmp_path, {"sfdx-project.json": PROJECT})
    folder = write(tmp_path / "force-app", FIELDS)
    assert load(tmp_path).problems == ()
    for seed in range(ROUNDS):
        chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        write(folder, {name: damage(text, chance) for name, text in FIELDS.items()})
        assert load(tmp_path) == load_plainly(tmp_path)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("required", "yes"), ("unique", " true"), ("length", "x"), ("scale", "٣"),
        ("precision", "1234567890"),
        ("type", "Txt"), ("fullName", "Other__c"), ("fullName", "Text__c"), ("length", "80"),
        ("type", " Text "),
        ("caseSensitive", "1"), ("length", ""), ("referenceTo", "Account"),
    ],
)  # fmt: skip
def test_field_at_fault_gives_the_same_problems_by_the_parser_alone(
    tag: str, value: str, tmp_path: Path
) -> None:
    name = "objects/Site__c/fields/Text__c.field-meta.xml"
    text = xml("CustomField", "<fullName>Text__c</fullName>\n<label>T</label>\n<type>Text</type>")
    for content in (
        text.replace("<label>T</label>", f"<{tag}>{value}</{tag}>"),
        text.replace(f"<{tag}>", f"<{tag}>{value}", 1),
    ):
        write(tmp_path, {name: content})
        assert load(tmp_path) == load_plainly(tmp_path)


def test_document_type_cannot_hide_behind_a_token(tmp_path: Path) -> None:
    hidden = '<!DOC%%%NAMESPACE%%%TYPE R [<!ENTITY a "b">]>\n<PermissionSet>&a;</PermissionSet>'
    write(tmp_path, {"permissionsets/S.permissionset": hidden})
    assert "holds a document type" in load(tmp_path).problems[0].message


@pytest.mark.parametrize("end", ["", "<", "&", "<a>", "</b>", "<b/></R>"])
@pytest.mark.parametrize("part", ["<a>x</a>", "<a>&amp;</a>", "x", "&amp;", "\n", "<a>"])
def test_file_that_is_nearly_flat_takes_no_long_time(part: str, end: str) -> None:
    content = (HEAD + part * (60_000 // len(part)) + end).encode()
    start = time.process_time()
    assert flat.read_flat(content) is None
    assert time.process_time() - start < 0.5  # a hundred times what it takes
