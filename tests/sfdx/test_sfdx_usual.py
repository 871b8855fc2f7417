"""Files as Salesforce writes them are read by expressions: the same as by the parser alone, or left to it."""

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sfdx_sources import PROJECT, load_plainly, names_in_order, write, xml
from test_sfdx_fuzz import DAMAGES

from pytest_sfintegration.sfdx import usual_fields
from pytest_sfintegration.sfdx.project import SourceError, load
from pytest_sfintegration.sfdx.runs import CutDocument, parse_container

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
NEBULA = CORPORA / "nebula-logger"
at_hand = pytest.mark.skipif(not NEBULA.is_dir(), reason="the reference material (../shared) is not at hand")
ROUNDS = 25
USUAL = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = [
    "x", "", " ", " a b ", "é", "\n  two\n  lines", "a &amp; &lt;b&gt;", "&amp;lt;", "&#65;", "&nbsp;", "&",
    "a > b", "]]>", "<![CDATA[<]]>", "<!-- c -->", "x<!-- c -->y", "<b/>", "\r\n", "a\rb", "\t", "\x0b",
    "\x00", "\x7f", "\ufffe", "😀", "%%%NAMESPACE%%%x", "___NAMESPACE___", "true", "false", "1", "1234567890",
]  # fmt: skip
VALUES = {
    "caseSensitive": ["true", "TRUE", "1"],
    "defaultValue": ["false", "'a'"],
    "deleteConstraint": ["Cascade", "SetNull"],
    "externalId": ["false", "yes"],
    "formula": ["A__c &amp; B__c", "IF(A &lt; 1, 2, 3)"],
    "label": ["Label", "Ein Größe"],
    "length": ["80", " 80", "x", ""],
    "precision": ["18"],
    "referenceTo": ["Account", "Site__c", "site__C", " Account ", "", "A___NAMESPACE___B__c"],
    "relationshipName": ["Sites", ""],
    "relationshipOrder": ["0", "1", "x"],
    "reparentableMasterDetail": ["true", "x"],
    "required": ["true", "false", "False"],
    "scale": ["2", "٣"],
    "summarizedField": ["Site__c.Other__c", "Site__c.Text__c"],
    "summaryOperation": ["sum"],
    "trackHistory": ["false", "x"],
    "type": [
        "Text", "Number", "Checkbox", "Picklist", "MultiselectPicklist", "Lookup", "MasterDetail", "Summary",
        "AutoNumber", "Location", "Hierarchy", "MetadataRelationship", "Txt", " Text",
    ],
    "unique": ["true", "false"],
    "valueSet": [
        "<restricted>true</restricted><valueSetDefinition><sorted>false</sorted></valueSetDefinition>",
        (
            "<valueSetDefinition>\n<sorted>false</sorted>\n<value>\n<fullName>a &amp; b</fullName>\n"
            "<default>true</default>\n<label> A </label>\n</value>\n<value><fullName>c</fullName>"
            "<default>false</default><isActive>false</isActive><label></label></value></valueSetDefinition>"
        ),
        (
            "<valueSetDefinition><value><fullName>c</fullName><default>x</default><label>C</label></value>"
            "</valueSetDefinition>"
        ),
        "<controllingField>Other__c</controllingField><restricted>x</restricted><valueSetDefinition/>",
        "<valueSetName>Shared</valueSetName>",
    ],
    "visibleLines": ["3"],
    "writeRequiresMasterRead": ["true"],
}  # fmt: skip
MISHAPS = [
    "<!-- c -->", "<?p i?>", "<x/>", "x", "&amp;", "\r\n", "<label>twice</label>", "<type>Text</type>",
    "<unknownTag>x</unknownTag>", "<label a='b'>x</label>", "</CustomField>", "\ufeff",
    "<n:a xmlns:n='u'>x</n:a>",
]  # fmt: skip


@st.composite
def field_files(draw: st.DrawFn) -> tuple[str, str]:
    """Draw the bare name and the content of a field's file: mostly as Salesforce writes it."""
    tags = draw(st.sets(st.sampled_from(sorted(VALUES)), max_size=9).map(sorted))
    sound = draw(st.booleans())
    texts = [VALUES[tag][0] if sound else draw(st.sampled_from(VALUES[tag])) for tag in tags]
    if "type" in tags:
        texts[tags.index("type")] = draw(st.sampled_from(VALUES["type"]))
    spoiled = draw(st.sampled_from([None, None, None, *range(len(tags))]))
    if spoiled is not None:
        texts[spoiled] = draw(st.sampled_from(TEXTS))
    name = draw(st.sampled_from(["Text__c", "Text__c", "Text__c", "Name", "A b", "___NAMESPACE___T__c"]))
    elements = [("fullName", name), *zip(tags, texts, strict=True)]
    body = [f"<{tag}>{text}</{tag}>" for tag, text in elements]
    if draw(st.integers(0, 4)) == 0:
        body.insert(draw(st.integers(0, len(body))), draw(st.sampled_from(MISHAPS)))
    if draw(st.integers(0, 6)) == 0:
        body = draw(st.permutations(body))
    stem = name if draw(st.integers(0, 6)) else "Other__c"
    return stem, xml("CustomField", draw(st.sampled_from(["\n    ", "", "\r\n", "\t"])).join(body))


def same_by_the_parser_alone(folder: Path, *, facts: bool = False) -> bool:
    source, plainly = load(folder, facts=facts), load_plainly(folder, facts=facts)
    assert source.problems == plainly.problems
    return source == plainly and names_in_order(source) == names_in_order(plainly)


@pytest.mark.parametrize("of", ["Site__c", "Site__mdt", "Site__e"])
@pytest.mark.parametrize("type_", ["Text", "Picklist", "MasterDetail", "Summary", None])
def test_every_text_of_every_element_reads_the_same_by_the_parser_alone(
    type_: str | None, of: str, tmp_path: Path
) -> None:
    sound = {tag: values[0] for tag, values in VALUES.items() if tag != "fullName"}
    sound["type"] = type_ or ""
    files = {}
    for tag, values in VALUES.items():
        for value in (*values, *TEXTS):
            name = f"F{len(files)}__c"
            texts = {"fullName": name, **sound, tag: value}
            if type_ is None:
                del texts["type"]
            body = "\n".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items())
            files[f"objects/{of}/fields/{name}.field-meta.xml"] = xml("CustomField", body)
    write(tmp_path, files)
    assert same_by_the_parser_alone(tmp_path)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("___NAMESPACE___T__c", "___NAMESPACE___T__c"),
        ("A___NAMESPACE___T__c", "A___NAMESPACE___T__c"),
        ("___NAMESPACE___T__c", "T__c"),
        ("T__c", "acme__T__c"),
        ("acme__T__c", "acme__T__c"),
        ("T%28__c", "T%28__c"),
        ("T__c", "t__c"),
    ],
)
def test_name_reads_the_same_by_the_parser_alone(stem: str, name: str, tmp_path: Path) -> None:
    project = PROJECT.replace("{", '{"namespace": "acme",', 1)
    text = xml(
        "CustomField",
        f"<fullName>{name}</fullName><referenceTo>acme__S__c</referenceTo><type>Lookup</type>",
    )
    fields = "force-app/objects/acme__S__c/fields"
    for type_ in ("Lookup", "Text"):
        files = {
            "sfdx-project.json": project,
            f"{fields}/{stem}.field-meta.xml": text.replace("Lookup", type_),
        }
        assert same_by_the_parser_alone(write(tmp_path, files))


def test_field_that_stands_twice_reads_the_same_by_the_parser_alone(tmp_path: Path) -> None:
    text = xml("CustomField", "<fullName>T__c</fullName><label>T</label><type>Text</type>")
    files = {f"{root}/objects/S__c/fields/T__c.field-meta.xml": text for root in ("a", "b")}
    assert same_by_the_parser_alone(write(tmp_path, files))
    assert load(tmp_path, facts=False).problems


@USUAL
@given(field_files())
@example(("Text__c", xml("CustomField", "<fullName>Text__c</fullName><label>]]></label><type>Text</type>")))
@example(
    ("Text__c", xml("CustomField", "<fullName>Text__c</fullName><label>\ufffe</label><type>Text</type>"))
)
def test_field_reads_the_same_by_the_parser_alone(tmp_path: Path, file: tuple[str, str]) -> None:
    stem, text = file
    folder = tmp_path / "objects" / "Site__c" / "fields"
    for each in folder.glob("*"):
        each.unlink()
    write(folder, {f"{stem}.field-meta.xml": text})
    assert same_by_the_parser_alone(tmp_path)


ENTRY = (
    "<fieldPermissions>\n<editable>{}</editable>\n<field>{}</field>\n"
    "<readable>{}</readable>\n</fieldPermissions>"
)
FIELDS = [
    "Account.Website", "Account.Industry", "account.website", "Account.Nowhere__c", "Nowhere__c.A__c",
    "Account.Name", "Account", "Contact.Email", "Account.BillingStreet", "Account.___NAMESPACE___Website",
]  # fmt: skip
BETWEEN = [
    "", "\n", "\r\n", "\r", "<!-- c -->", "<!--", "-->", "<![CDATA[", "]]>", "<?p", "?>", "<classAccesses>",
    "</classAccesses>", "<_/>", "<_>", "</_>", "<label>L</label>", "<unknown/>", "x", "&amp;", "&", "<label>",
    "</label>", "<userPermissions>\n<enabled>true</enabled>\n<name>Nowhere</name>\n</userPermissions>", "é",
    "<!DOCTYPE R>", "NAMESPACE", "%%%NAMESPACE%%%", "%%%NAMES%%%NAMESPACE%%%PACE%%%",
    "<fieldPermissions><field>Account.Fax</field><readable>true</readable></fieldPermissions>",
]  # fmt: skip
RIGHTS = st.sampled_from(["true", "false"])
ENTRIES = st.builds(ENTRY.format, RIGHTS, st.sampled_from(FIELDS), RIGHTS)


@USUAL
@given(st.lists(ENTRIES | ENTRIES | st.sampled_from(BETWEEN), max_size=9).map("".join), st.booleans())
@example("<classAccesses>" + ENTRY.format("true", "Account.Website", "true") + "</classAccesses>", True)  # noqa: FBT003
@example("<!--" + ENTRY.format("true", "Account.Website", "true") + "-->", True)  # noqa: FBT003
@example("<_/><!--" + ENTRY.format("true", "Account.Website", "true") + "-->", True)  # noqa: FBT003
@example(ENTRY.format("true", "Account.Fax", "true") + "<label>%%%NAMES%%%NAMESPACE%%%PACE%%%</label>", False)  # noqa: FBT003
@example(ENTRY.format("true", "Account.Website", "true") + "<label>", True)  # noqa: FBT003
@example("\r\n\r" + 2 * ENTRY.format("true", "Account.Nowhere__c", "true") + "\r\n\r<unknown/>", False)  # noqa: FBT003
def test_container_reads_the_same_by_the_parser_alone(tmp_path: Path, body: str, muting: bool) -> None:
    root, suffix = ("MutingPermissionSet", "mutingpermissionset") if muting else ("Profile", "profile")
    for each in tmp_path.glob("*/S.*"):
        each.unlink()
    write(tmp_path, {f"{suffix}s/S.{suffix}-meta.xml": xml(root, body)})
    source = load(tmp_path)
    plainly = load_plainly(tmp_path)
    assert source.problems == plainly.problems
    assert (source.profiles, source.muting_permission_sets) == (
        plainly.profiles,
        plainly.muting_permission_sets,
    )
    assert names_in_order(source) == names_in_order(plainly)


FOLDERS = sorted(
    {
        *(path.parent for path in CORPORA.rglob("sfdx-project.json")),
        *(path.parent.parent for path in CORPORA.rglob("*.permissionset*")),
        *(path.parent.parent for path in CORPORA.rglob("*.profile*")),
        *(path.parent.parent for path in CORPORA.rglob("objects/*/fields")),
    }
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(CORPORA)))
def test_every_folder_of_the_corpora_reads_the_same_by_the_parser_alone(folder: Path) -> None:
    with suppress(SourceError):  # some hold nothing that is read
        assert same_by_the_parser_alone(folder, facts=(folder / "sfdx-project.json").is_file())


@at_hand
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_files_of_a_project_read_the_same_by_the_parser_alone(damage: object, tmp_path: Path) -> None:
    assert callable(damage)
    files = {
        str(path.relative_to(NEBULA)): path.read_text(encoding="utf-8")
        for pattern in (
            "*/LogEntryTag__c/*.field-meta.xml",
            "*/LoggerTag__c/fields/*",
            "*Viewer.permissionset-*",
        )
        for path in NEBULA.rglob(pattern)
    }
    for seed in range(ROUNDS):
        chance = random.Random(f"{damage} {seed}")  # noqa: S311 - repeatable, not secret
        write(tmp_path, {name: damage(text, chance) for name, text in files.items()})
        assert load(tmp_path, facts=False) == load_plainly(tmp_path, facts=False)


@at_hand
def test_most_files_of_a_public_project_are_read_by_expressions() -> None:
    fields = list(NEBULA.rglob("*.field-meta.xml"))
    usual = [
        path
        for path in fields
        if usual_fields.read_usual(path.read_bytes(), path.name.removesuffix(".field-meta.xml"))
    ]
    assert len(usual) > 0.95 * len(fields)
    sets = [path for path in NEBULA.rglob("*.permissionset-meta.xml") if b"<field>" in path.read_bytes()]
    assert all(isinstance(parse_container(str(path), path.read_bytes()), CutDocument) for path in sets)


@pytest.mark.parametrize("end", ["", "<", "&", "<type>", "</label>", "<type>Text</type></CustomField>x"])
@pytest.mark.parametrize(
    "part",
    ["x", "&amp;", "&", "\n", "]", "<label>x</label>", "<value>", "<value><fullName>a</fullName>"],
)
def test_file_that_is_nearly_a_usual_field_takes_no_long_time(part: str, end: str) -> None:
    head = xml("CustomField", "<fullName>A__c</fullName><label>").partition("\n</CustomField>")[0]
    for start in (head, head.replace("<label>", "<valueSet><valueSetDefinition>")):
        content = (start + part * (60_000 // len(part)) + end).encode()
        began = time.process_time()
        usual_fields.read_usual(content, "A__c")
        assert time.process_time() - began < 0.5  # a hundred times what it takes
