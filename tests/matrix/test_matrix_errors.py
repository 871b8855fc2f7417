"""Every error kind, at its exact line and column: a § in a case's text marks each expected place."""

# ruff: noqa: E501 - a case is a row of a table

import re
from typing import NamedTuple

import pytest
import yaml
from matrix_helpers import Load

from pytest_sfintegration.matrix.errors import Kind, MatrixErrors

HEAD = "integration: Shop\nuser: {username: a@b.c}\n"
OK = HEAD + "objects: {Account: R}\n"


class Case(NamedTuple):
    text: str
    kind: Kind
    message: str  # a part of the first error
    remedy: str = ""


STRUCTURE = {
    "unknown top key": Case(OK + "§object: {}\n", Kind.STRUCTURE, "unknown key 'object'", "Did you mean 'objects'?"),
    "unknown key without neighbour": Case(OK + "§zzz: 1\n", Kind.STRUCTURE, "unknown key 'zzz'", "Its keys are: extends, "),
    "unknown user key": Case("integration: S\nuser:\n  username: x\n  §profil: P\nobjects: {A: R}\n", Kind.STRUCTURE, "user: unknown key 'profil'", "'profile'"),
    "unknown key of an object": Case(HEAD + "objects:\n  Account: {§acess: R, access: R}\n", Kind.STRUCTURE, "Account: unknown key 'acess'", "'access'"),
    "secret": Case("integration: S\nuser: {username: x, §password: hunter2}\nobjects: {A: R}\n", Kind.STRUCTURE, "secrets do not stand in a matrix", "--sf-org"),
    "security token": Case(OK + "§securityToken: ${TOKEN}\n", Kind.STRUCTURE, "secrets do not stand in a matrix", "--sf-org"),
    "records": Case(OK + "records: {Account: §[]}\n", Kind.STRUCTURE, "Account is an empty list"),
    "empty checklist": Case(OK + "checklist: §{}\n", Kind.STRUCTURE, "checklist is empty"),
    "checklist preset": Case(OK + "checklist: §strickt\n", Kind.STRUCTURE, "must be the text 'standard' or 'strict'"),
    "checklist item": Case(OK + "checklist: {§login_ip_range: [192.0.2.0/24]}\n", Kind.STRUCTURE, "unknown key 'login_ip_range'"),
    "checklist item off": Case(OK + "checklist: {own_user: §off}\n", Kind.STRUCTURE, "cannot be turned off here"),
    "checklist range": Case(OK + "checklist: {login_ip_ranges: [§192.0.2.9-192.0.2.1]}\n", Kind.VALUE, "it ends before it begins"),
    "checklist waiver": Case(OK + "checklist: {waive: [§{item: own_user, reason: r}]}\n", Kind.STRUCTURE, "the key 'expires' is missing"),
    "checklist waived item": Case(OK + "checklist: {waive: [{item: §own_usr, reason: r, expires: 2099-12-31}]}\n", Kind.STRUCTURE, "not the text 'own_usr'"),
    "checklist waiver of what is off": Case(OK + "checklist: {waive: [§{item: naming, reason: r, expires: 2099-12-31}]}\n", Kind.CONTRADICTION, "is waived, and is not on"),
    "checklist waived twice": Case(OK + "checklist: {waive: [{item: own_user, reason: r, expires: 2099-12-31}, §{item: own_user, reason: s, expires: 2099-12-31}]}\n", Kind.DUPLICATE, "is waived twice"),
    "queries": Case(OK + "blocked: {queries: [§DELETE FROM User]}\n", Kind.STRUCTURE, "'DELETE FROM User' is not a SOQL query", "begins with SELECT"),
    "requests": Case(OK + "blocked: {requests: §[]}\n", Kind.STRUCTURE, "requests of blocked is an empty list"),
    "request without path": Case(OK + "blocked: {requests: [§{method: GET}]}\n", Kind.STRUCTURE, "the key 'path' is missing", "Add path"),
    "method": Case(OK + "blocked: {requests: [{method: §GOT, path: /services/a}]}\n", Kind.STRUCTURE, "not the text 'GOT'", "Did you mean 'GET'?"),
    "path with a host": Case(OK + "blocked: {requests: [{method: GET, path: §'https://x/services/a'}]}\n", Kind.STRUCTURE, "is not the path of a resource", "what follows the host"),
    "refused is no code": Case(OK + "blocked: {requests: [{method: GET, path: /services/a, refused: [§'403']}]}\n", Kind.STRUCTURE, "'403' is not an error code", "FORBIDDEN"),
    "body is a text": Case(OK + "blocked: {requests: [{method: POST, path: /services/a, body: §x}]}\n", Kind.STRUCTURE, "must be a mapping or a list, as JSON has them"),
    "body of a GET": Case(OK + "blocked: {requests: [{method: GET, path: /services/a, §body: {a: 1}}]}\n", Kind.CONTRADICTION, "GET /services/a has a body", "correct the method"),
    "request twice": Case(OK + "blocked: {requests: [{method: GET, path: /services/a}, §{path: /services/a, method: GET}]}\n", Kind.DUPLICATE, "'GET /services/a' is listed twice, first on line 4"),
    "query twice": Case(OK + "blocked: {queries: [SELECT Id FROM A, §SELECT Id FROM A]}\n", Kind.DUPLICATE, "is listed twice"),
    "kind of setup entity": Case(OK + "blocked: {setup_entities: {§apex_class: [A]}}\n", Kind.STRUCTURE, "unknown key 'apex_class'", "'apex_classes'"),
    "blocked and allowed entity": Case(OK + "setup_entities: {flows: [F]}\nblocked: {setup_entities: {flows: [§F]}}\n", Kind.CONTRADICTION, "the flow F is blocked here and allowed at a.matrix.yaml:4:26"),
    "another word for no entities": Case(OK + "setup_entities: §nothing\n", Kind.STRUCTURE, "must be the text 'none'"),
    "setup": Case(OK + "blocked: {§setup: []}\n", Kind.STRUCTURE, "unknown key 'setup'"),
    "root is a list": Case("§- a\n- b\n", Kind.STRUCTURE, "the matrix must be a mapping with integration", "integration, user"),
    "root is a text": Case("§Account\n", Kind.STRUCTURE, "not the text 'Account'"),
    "root is empty": Case("§{}\n", Kind.STRUCTURE, "the matrix is empty"),
    "YAML's NO": Case(HEAD + "objects:\n  Account: §NO\n", Kind.STRUCTURE, "not 'NO', which YAML reads as true or false", "between quotes"),
    "Y is no operation": Case(HEAD + "objects:\n  Account: §Y\n", Kind.STRUCTURE, "unknown operation letter 'Y'", "CREDVM"),
    "unknown letter": Case(HEAD + "objects:\n  Account: §CRX\n", Kind.STRUCTURE, "unknown operation letter 'X' in 'CRX'"),
    "small letters": Case(HEAD + "objects:\n  Account: §cre\n", Kind.STRUCTURE, "'cre' is no access", "Did you mean 'CRE'?"),
    "misspelled word": Case(HEAD + "objects:\n  Account: §raed\n", Kind.STRUCTURE, "'raed' is no access", "Did you mean 'read'?"),
    "misspelled operation": Case(HEAD + "objects:\n  Account: [read, §edti]\n", Kind.STRUCTURE, "unknown operation 'edti'", "Did you mean 'edit'?"),
    "letters in a list": Case(HEAD + "objects:\n  Account: [§CR]\n", Kind.STRUCTURE, "unknown operation 'CR'", "The operations are: create"),
    "number as operation": Case(HEAD + "objects:\n  Account: [§1]\n", Kind.STRUCTURE, "must be an operation, not the number '1'"),
    "null access": Case(HEAD + "objects:\n  Account:§\n", Kind.STRUCTURE, "not nothing", "Give it a value"),
    "number as access": Case(HEAD + "objects:\n  Account: §7\n", Kind.STRUCTURE, "not the number '7'"),
    "access missing": Case(HEAD + "objects:\n  Account: §{fields: {others: any}}\n", Kind.STRUCTURE, "the key 'access' is missing"),
    "object key is a boolean": Case(HEAD + "objects:\n  §No: R\n  A: R\n", Kind.STRUCTURE, "a key must be a text, not 'No'", "between quotes"),
    "object key is a list": Case(HEAD + "objects:\n  ? §[a]\n  : R\n  A: R\n", Kind.STRUCTURE, "a key must be a text, not a list"),
    "object is no API name": Case(HEAD + "objects:\n  §Sales Order: R\n  A: R\n", Kind.STRUCTURE, "'Sales Order' is not an API name"),
    "objects is a list": Case(HEAD + "objects: §[Account]\n", Kind.STRUCTURE, "objects must be a mapping from an API name", "name: value"),
    "objects is empty": Case(HEAD + "objects: §{}\n", Kind.STRUCTURE, "objects is empty"),
    "qualified field": Case(HEAD + "objects:\n  A: {access: R, fields: {read: [§A.Name]}}\n", Kind.STRUCTURE, "'A.Name' is not the API name of a field, without its object", "Write the field alone"),
    "unqualified blocked field": Case(OK + "blocked: {fields: [§SSN__c]}\n", Kind.STRUCTURE, "'SSN__c' is not a field with its object", "Contact.SSN__c"),
    "fields is empty": Case(HEAD + "objects:\n  A: {access: R, fields: §{}}\n", Kind.STRUCTURE, "fields of A is empty"),
    "fields is a list": Case(HEAD + "objects:\n  A: {access: R, fields: §[Name]}\n", Kind.STRUCTURE, "must be the text 'none', or a mapping of fields, not a list"),
    "read is empty": Case(HEAD + "objects:\n  A: {access: R, fields: {read: §[]}}\n", Kind.STRUCTURE, "is an empty list"),
    "read is another word": Case(HEAD + "objects:\n  A: {access: R, fields: {read: §al}}\n", Kind.STRUCTURE, "must be the text 'all', not the text 'al'", "Did you mean 'all'?"),
    "others is another word": Case(HEAD + "objects:\n  A: {access: R, fields: {others: §none}}\n", Kind.STRUCTURE, "must be the text 'any'"),
    "field is a number": Case(HEAD + "objects:\n  A: {access: R, fields: {read: [§12]}}\n", Kind.STRUCTURE, "not the number '12'"),
    "via is empty": Case(HEAD + "objects:\n  A: {access: R, via: §[]}\n", Kind.STRUCTURE, "is an empty list"),
    "blocked is empty": Case(OK + "blocked: §{}\n", Kind.STRUCTURE, "blocked is empty"),
    "blocked list is empty": Case(OK + "blocked: {objects: §[]}\n", Kind.STRUCTURE, "objects of blocked is an empty list"),
    "blocked list is a text": Case(OK + "blocked: {objects: §Lead}\n", Kind.STRUCTURE, "must be a list, not the text 'Lead'", "[one, two]"),
    "ignore is empty": Case(OK + "ignore: §[]\n", Kind.STRUCTURE, "ignore is an empty list"),
    "ignore is a mapping": Case(OK + "ignore: §{objects: [Lead]}\n", Kind.STRUCTURE, "ignore must be a list", "- "),
    "ignore without reason": Case(OK + "ignore:\n  - §{objects: [Lead]}\n", Kind.STRUCTURE, "the key 'reason' is missing"),
    "ignore with blank reason": Case(OK + "ignore:\n  - {objects: [Lead], reason: §'  '}\n", Kind.STRUCTURE, "reason of an entry of ignore: '  ' is not a text"),
    "ignore of nothing": Case(OK + "ignore:\n  - §reason: why\n", Kind.STRUCTURE, "an entry of ignore names nothing", "objects, fields, user_permissions"),
    "bad date": Case(OK + "ignore:\n  - {objects: [L], reason: r, expires: §2026-02-30}\n", Kind.STRUCTURE, "the calendar has no '2026-02-30'", "2026-12-31"),
    "no date": Case(OK + "ignore:\n  - {objects: [L], reason: r, expires: §soon}\n", Kind.STRUCTURE, "must be a date such as 2026-12-31, not the text 'soon'"),
    "date with time": Case(OK + "ignore:\n  - {objects: [L], reason: r, expires: §2026-02-01 10:00:00}\n", Kind.STRUCTURE, "must be a date"),
    "integration missing": Case("§user: {username: x}\nobjects: {A: R}\n", Kind.STRUCTURE, "the key 'integration' is missing"),
    "user missing": Case("§integration: S\nobjects: {A: R}\n", Kind.STRUCTURE, "the key 'user' is missing"),
    "username missing": Case("integration: S\nuser: §{profile: P}\nobjects: {A: R}\n", Kind.STRUCTURE, "user: the key 'username' is missing"),
    "username is blank": Case("integration: S\nuser: {username: §''}\nobjects: {A: R}\n", Kind.STRUCTURE, "username of user: '' is not a text"),
    "username with a control character": Case('integration: S\nuser: {username: §"a\\0"}\nobjects: {A: R}\n', Kind.STRUCTURE, "username of user: 'a\\x00' is not a text"),
    "integration is a number": Case("integration: §2024\nuser: {username: x}\nobjects: {A: R}\n", Kind.STRUCTURE, "not the number '2024'", "between quotes"),
    "integration with a slash": Case("integration: §a/b\nuser: {username: x}\nobjects: {A: R}\n", Kind.STRUCTURE, "'a/b' is not a name of letters", "tests' ids"),
    "integration with a line break": Case('integration: §"a\\n"\nuser: {username: x}\nobjects: {A: R}\n', Kind.STRUCTURE, "'a\\n' is not a name of letters"),
    "merge key": Case(OK + "blocked:\n  §<<: {objects: [B]}\n  objects: [C]\n", Kind.STRUCTURE, "merge keys (<<) are not supported", "extends:"),
    "tag on a scalar": Case(HEAD + "objects:\n  Account: §!vault CR\n", Kind.STRUCTURE, "a value of the type '!vault'"),
    "tag on a collection": Case(HEAD + "objects: §!!set {Account: R}\n", Kind.STRUCTURE, "the tag 'tag:yaml.org,2002:set' is not supported"),
    "extends is a number": Case(OK + "extends: §3\n", Kind.STRUCTURE, "extends must be a text, or a list of texts"),
    "extends is empty": Case(OK + "extends: §[]\n", Kind.STRUCTURE, "extends is an empty list"),
    "two at once": Case(HEAD + "objects:\n  A: §X\n  B: §NO\nignore:\n  - {objects: [L], §resaon: x, reason: y}\n", Kind.STRUCTURE, "unknown operation letter 'X'"),
}  # fmt: skip

MEANING = {
    "key twice": Case(OK + "§objects: {B: R}\n", Kind.DUPLICATE, "the key 'objects' is given twice, first on line 3"),
    "object twice": Case(HEAD + "objects:\n  A: R\n  §A: R\n", Kind.DUPLICATE, "the key 'A' is given twice, first on line 4"),
    "unknown key twice": Case(OK + "§x: 1\n§x: 2\n", Kind.STRUCTURE, "unknown key 'x'"),
    "letter twice": Case(HEAD + "objects:\n  A: CR§C\n", Kind.DUPLICATE, "create is listed twice"),
    "quoted letter twice": Case(HEAD + "objects:\n  A: 'RE§E'\n", Kind.DUPLICATE, "edit is listed twice"),
    "anchored letter twice": Case(HEAD + "objects:\n  A: &x RE§E\n", Kind.DUPLICATE, "edit is listed twice"),
    "operation twice": Case(HEAD + "objects:\n  A: [read, §R]\n", Kind.DUPLICATE, "read is listed twice"),
    "field twice": Case(HEAD + "objects:\n  A: {access: R, fields: {read: [X, §X]}}\n", Kind.DUPLICATE, "'X' is listed twice, first on line 4"),
    "field in read and edit": Case(HEAD + "objects:\n  A: {access: RE, fields: {read: [§X], edit: [X]}}\n", Kind.DUPLICATE, "X is in both read and edit", "edit implies read"),
    "edit all and read": Case(HEAD + "objects:\n  A: {access: RE, fields: {edit: all, §read: [X]}}\n", Kind.DUPLICATE, "'edit: all' makes every field readable"),
    "blocked twice": Case(OK + "blocked: {objects: [B, §B]}\n", Kind.DUPLICATE, "'B' is listed twice"),
    "ignored twice": Case(OK + "ignore:\n  - {objects: [B], reason: x}\n  - {objects: [§B], reason: y}\n", Kind.DUPLICATE, "B is ignored twice, first at a.matrix.yaml:5:16"),
    "permission twice": Case(OK + "user_permissions: [ApiEnabled, §ApiEnabled]\n", Kind.DUPLICATE, "listed twice"),
    "create without read": Case(HEAD + "objects:\n  A: §C\n", Kind.IMPLICATION, "access of A: create depends on read.", "Add read (R)"),
    "edit without read": Case(HEAD + "objects:\n  A: [§edit]\n", Kind.IMPLICATION, "edit depends on read"),
    "delete without edit": Case(HEAD + "objects:\n  A: R§D\n", Kind.IMPLICATION, "delete depends on edit"),
    "delete alone": Case(HEAD + "objects:\n  A: §D\n", Kind.IMPLICATION, "delete depends on read and edit.", "Add read and edit (RE)"),
    "view all alone": Case(HEAD + "objects:\n  A: §view all\n", Kind.IMPLICATION, "view all depends on read"),
    "modify all without view all": Case(HEAD + "objects:\n  A: {access: [read, edit, delete, §modify_all]}\n", Kind.IMPLICATION, "modify all depends on view all.", "(V)"),
    "fields without read": Case(HEAD + "objects:\n  A: {access: none, §fields: {others: any}}\n  B: R\n", Kind.IMPLICATION, "no field can be read without read on the object"),
    "allowed and blocked object": Case(OK + "blocked: {objects: [§Account]}\n", Kind.CONTRADICTION, "the object Account is blocked here and allowed at a.matrix.yaml:3:11"),
    "allowed and blocked field": Case(HEAD + "objects:\n  A: {access: RE, fields: {edit: [X]}}\nblocked: {fields: [§A.X]}\n", Kind.CONTRADICTION, "the field A.X is blocked here and allowed at a.matrix.yaml:4:35"),
    "all fields and one blocked": Case(HEAD + "objects:\n  A: {access: R, fields: {read: all}}\nblocked: {fields: [§A.X]}\n", Kind.CONTRADICTION, "every field is allowed"),
    "allowed and blocked permission": Case(OK + "user_permissions: [ApiEnabled]\nblocked: {user_permissions: [§ApiEnabled]}\n", Kind.CONTRADICTION, "the user permission ApiEnabled is blocked here"),
    "allowed and ignored object": Case(OK + "ignore:\n  - {objects: [§Account], reason: x}\n", Kind.CONTRADICTION, "the object Account is ignored here and allowed at a.matrix.yaml:3:11"),
    "allowed and ignored field": Case(HEAD + "objects:\n  A: {access: R, fields: {read: [X]}}\nignore:\n  - {fields: [§A.X], reason: x}\n", Kind.CONTRADICTION, "the field A.X is ignored here"),
    "allowed and ignored permission": Case(OK + "user_permissions: [P]\nignore:\n  - {user_permissions: [§P], reason: x}\n", Kind.CONTRADICTION, "the user permission P is ignored here"),
    "blocked and ignored": Case(OK + "blocked: {objects: [B]}\nignore:\n  - {objects: [§B], reason: x}\n", Kind.CONTRADICTION, "the object B is ignored here and blocked at a.matrix.yaml:4:21"),
    "all and others": Case(HEAD + "objects:\n  A: {access: R, fields: {read: all, §others: any}}\n", Kind.CONTRADICTION, "'all' leaves no others"),
    "via out of reach": Case(HEAD + "objects:\n  A: {access: R, via: [§Sync]}\n", Kind.CONTRADICTION, "the user block does not assign Sync", "permission_sets"),
    "via without access": Case("integration: S\nuser: {username: x, profile: P}\nobjects:\n  A: {access: none, via: [§P]}\n", Kind.CONTRADICTION, "without access nothing comes"),
    "variable not set": Case("integration: S\nuser: {username: '§${NOT_THERE}'}\nobjects: {A: R}\n".replace("'§", "§'"), Kind.VARIABLE, "username of user: the environment variable NOT_THERE is not set", "${NOT_THERE:-default}"),
    "variable empty": Case("integration: S\nuser: {username: §'a-${EMPTY}'}\nobjects: {A: R}\n", Kind.VARIABLE, "EMPTY is empty"),
    "lonely dollar": Case("integration: S\nuser: {username: §$USER}\nobjects: {A: R}\n", Kind.VARIABLE, "a '$' begins no variable", "$$"),
    "no expectation": Case("§" + HEAD, Kind.INCOMPLETE, "the matrix expects nothing", "Declare objects"),
    "no permission is no expectation": Case("§" + HEAD + "user_permissions: []\n", Kind.INCOMPLETE, "the matrix expects nothing"),
    "empty file": Case("§", Kind.INCOMPLETE, "the file is empty"),
    "only a comment": Case("§# nothing\n", Kind.INCOMPLETE, "the file is empty"),
}  # fmt: skip

SYNTAX = {
    "tab": Case(HEAD + "objects:\n§\tA: R\n", Kind.SYNTAX, "this character cannot start a value", "not tabs"),
    "colon in a text": Case("integration: a§: b\n", Kind.SYNTAX, "a ': ' where no key may stand", "Quote"),
    "open bracket": Case("integration: [a, b\n§", Kind.SYNTAX, "a list in brackets is not closed"),
    "open brace": Case("user: {a: b\n§", Kind.SYNTAX, "a mapping in braces is not closed"),
    "open quote": Case("integration: 'a\n§", Kind.SYNTAX, "ends inside a quoted text"),
    "no such alias": Case("integration: §*nobody\n", Kind.SYNTAX, "no anchor (&name)"),
    "anchor twice": Case("integration: &a x\nuser: §&a y\n", Kind.SYNTAX, "defined twice"),
    "two documents": Case(OK + "§---\n" + OK, Kind.SYNTAX, "a second document", "'---'"),
    "bad indentation": Case("integration: a\n user§: {}\n", Kind.SYNTAX, "this is not YAML"),
    "bad escape": Case('integration: "§\\q"\n', Kind.SYNTAX, "backslash escape"),
    "control character": Case("integration: a§\x07\n", Kind.SYNTAX, "U+0007 cannot stand in YAML"),
    "nested too deep": Case(HEAD + "objects: " + "[" * 30 + "§[" + "[" * 5 + "]" * 36, Kind.SYNTAX, "deeper than 32 levels"),
}  # fmt: skip


@pytest.mark.parametrize(
    "case", [*STRUCTURE.values(), *MEANING.values(), *SYNTAX.values()], ids=[*STRUCTURE, *MEANING, *SYNTAX]
)
def test_errors_name_their_places(case: Case, load_text: Load) -> None:
    with pytest.raises(MatrixErrors) as raised:
        load_text(case.text.replace("§", ""), {"EMPTY": "", "TOKEN": "hunter2"})
    errors = raised.value.errors
    assert [(each.at.line, each.at.column) for each in errors] == _places(case.text), str(raised.value)
    assert errors[0].kind is case.kind
    assert case.message in errors[0].message
    assert case.remedy in errors[0].remedy
    assert "hunter2" not in str(raised.value)
    for line, error in zip(str(raised.value).splitlines(), errors, strict=True):
        assert re.match(rf"a\.matrix\.yaml:{error.at.line}:{error.at.column}: \S.*\. \S", line), line


@pytest.mark.parametrize("case", [*STRUCTURE.values(), *MEANING.values()], ids=[*STRUCTURE, *MEANING])
def test_the_pure_python_parser_names_the_same_places(
    case: Case, load_text: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    test_errors_name_their_places(case, load_text)


@pytest.mark.parametrize("escape", ["\\U00110000", "\\UFFFFFFFF"])
@pytest.mark.parametrize("pure", [False, True])
def test_escapes_beyond_unicode_are_no_yaml(
    escape: str, pure: bool, load_text: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    if pure:
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    with pytest.raises(MatrixErrors, match="this is not YAML"):
        load_text(f'integration: "{escape}"\n')


def _places(text: str) -> list[tuple[int, int]]:
    places = []
    for number, line in enumerate(text.split("\n"), start=1):
        for index, piece in enumerate(line.split("§")[:-1]):
            before = "".join(line.split("§")[:index]) + piece
            places.append((number, len(before) + 1))
    return places
