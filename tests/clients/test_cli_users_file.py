"""Users files: what they may say, and that every mistake is named with its place and its remedy."""

import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.cli.users import load_users
from pytest_sfintegration.cli.users_keys import (
    APP,
    EXPIRATION,
    GROUP,
    LICENSE,
    LOGIN,
    ORGANIZATION,
    TOKEN,
    USER,
    users_schema,
)
from pytest_sfintegration.cli.users_names import check_names
from pytest_sfintegration.embedded.history_specs import Expiration, LicenseSpec, LoginSpec, TokenSpec
from pytest_sfintegration.embedded.specs import ConnectedAppSpec, OrganizationSpec, PublicGroupSpec, UserSpec
from pytest_sfintegration.matrix.errors import MatrixErrors
from pytest_sfintegration.matrix.records import Record
from pytest_sfintegration.sfdx.project import load

HELD = {"licenses", "logins", "tokens"}  # of the organization, which have keys beside it
HERE = Path(__file__).resolve().parent
SOUND = """\
users:
  - username: a@x.example
    profile: System Administrator
    password: s3cret-value
    permission_sets: [Account_Reader]
    is_active: true
  - {username: b@x.example, profile: Minimum Access - API Only Integrations, manager: A@x.example}
connected_apps:
  - name: App
    consumer_key: key
    consumer_secret: other-s3cret
    run_as: a@x.example
    approved_users: [b@x.example]
organization: {name: Org, is_sandbox: true, api_limit: 100, insufficient_access_status: 400}
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def writer(text: str, mode: int = 0o600) -> Path:
        path = Path("users.yaml")
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return writer


def _errors(path: Path) -> list[str]:
    with pytest.raises(MatrixErrors) as caught:
        load_users(path, environ={})
    return str(caught.value).splitlines()


def _fits(error: str, expected: str) -> bool:
    """Whether an error has the pieces of ``expected``, in their order."""
    pieces = (re.escape(piece) for piece in expected.split(" ... "))
    return re.search(".*".join(pieces), error) is not None


def test_sound_file_becomes_specs(write: Write) -> None:
    file = load_users(write(SOUND), environ={})
    assert file.user_specs() == (
        UserSpec(
            username="a@x.example",
            profile="System Administrator",
            password="s3cret-value",
            permission_sets=("Account_Reader",),
        ),
        UserSpec(
            username="b@x.example", profile="Minimum Access - API Only Integrations", manager="A@x.example"
        ),
    )
    assert file.app_specs() == (
        ConnectedAppSpec(
            name="App",
            consumer_key="key",
            consumer_secret="other-s3cret",
            run_as="a@x.example",
            approved_users=frozenset({"b@x.example"}),
        ),
    )
    assert file.organization == OrganizationSpec(
        name="Org", is_sandbox=True, api_limit=100, insufficient_access_status=400
    )
    check_names(file, load(HERE / "project"))


@pytest.mark.parametrize(
    ("table", "spec"),
    [
        (USER, UserSpec),
        (APP, ConnectedAppSpec),
        (ORGANIZATION, OrganizationSpec),
        (GROUP, PublicGroupSpec),
        (EXPIRATION, Expiration),
        (LICENSE, LicenseSpec),
        (LOGIN, LoginSpec),
        (TOKEN, TokenSpec),
    ],
)
def test_keys_are_those_of_the_orgs_own_specs(table: Record, spec: type) -> None:
    assert {key.name for key in table.table} == {each.name for each in fields(spec)} - HELD


def test_what_the_org_holds_before_it_is_served(write: Write) -> None:
    path = write(
        SOUND
        + "licenses: [{name: Salesforce Integration, total: 5}]\n"
        + "logins: [{username: a@x.example, at: 2026-01-31 08:00:00, status: Restricted IP}]\n"
        + "tokens: [{username: a@x.example, app: Old, use_count: 3, last_used: 2026-01-31}]\n"
    )
    text = path.read_text(encoding="utf-8").replace(
        "    is_active: true\n",
        "    is_active: true\n    frozen: true\n    last_password_change: 2025-06-01\n"
        "    expirations: [{name: Account_Reader, at: '2027-01-31T00:00:00Z'}]\n",
    )
    file = load_users(write(text))
    user = file.user_specs()[0]
    assert (user.frozen, user.last_password_change) == (True, "2025-06-01")
    assert user.expirations == (Expiration(name="Account_Reader", at="2027-01-31T00:00:00Z"),)
    assert file.organization.licenses == (LicenseSpec(name="Salesforce Integration", total=5),)
    assert file.organization.logins == (
        LoginSpec(username="a@x.example", at="2026-01-31 08:00:00", status="Restricted IP"),
    )
    token = TokenSpec(username="a@x.example", app="Old", use_count=3, last_used="2026-01-31")
    assert file.organization.tokens == (token,)
    errors = _errors(write(SOUND + "logins: [{username: a@x.example, at: soon, sttus: x}]\n"))
    assert any("must be a date such as 2026-01-31" in each for each in errors)
    assert any("Did you mean 'status'?" in each for each in errors)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("password:", "pasword:", "users.yaml:4:5: ... unknown key 'pasword'. Did you mean 'password'?"),
        ("    profile: System Administrator\n", "", "users.yaml:2:5: ... the key 'profile' is missing."),
        ("is_active: true", "is_active: yes", "users.yaml:6:16: is_active of ... must be true or false"),
        ("api_limit: 100", "api_limit: 1e3", "must be a whole number, zero or more"),
        ("api_limit: 100", "api_limit: -1", "must be a whole number, zero or more"),
        ("status: 400", "status: 404", "must be 400 or 403, not the number '404'. Write 400 or 403."),
        (
            "b@x.example, p",
            "A@X.example, p",
            "users.yaml:7:16: the username ... is given twice, first on line 2.",
        ),
        ("s3cret-value", "${NOT_SET}", "users.yaml:4:15: password of ... variable NOT_SET is not set."),
        (
            "run_as:",
            "certificate: nowhere.pem\n    run_as:",
            "users.yaml:12:18: ... cannot be read: No such file",
        ),
        (
            "run_as:",
            "certificate: users.yaml\n    run_as:",
            "users.yaml:12:18: ... is neither a certificate nor",
        ),
        ("users:", "usres:", "users.yaml:1:1: the file: unknown key 'usres'. Did you mean 'users'?"),
        ("users:", "users: [", "users.yaml:"),
    ],
)
def test_mistake_is_named_with_its_place(write: Write, old: str, new: str, expected: str) -> None:
    assert old in SOUND
    errors = _errors(write(SOUND.replace(old, new, 1)))
    assert any(_fits(error, expected) for error in errors), errors
    assert not any("s3cret" in error for error in errors)


@pytest.mark.parametrize("text", ["", "# nothing\n", "users: []\n", "[]\n", "users:\n"])
def test_file_without_users_is_refused(write: Write, text: str) -> None:
    assert _errors(write(text))[0].startswith("users.yaml:1:")


@pytest.mark.parametrize(
    "value", ["12345678", "[hunter2, x]", "{a: hunter2}", "true", "1.5", "2020-01-01", "''"]
)
def test_secret_that_is_no_text_is_refused_unquoted(write: Write, value: str) -> None:
    (error,) = _errors(write(SOUND.replace("s3cret-value", value)))
    assert error.startswith("users.yaml:4:15: password of an entry of users of the file")
    assert value == "''" or value not in error


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o620, 0o666])
def test_written_secrets_that_others_can_reach_are_refused(write: Write, mode: int) -> None:
    (error,) = _errors(write(SOUND, mode))
    assert error == (
        f"users.yaml:4:15: the password is written in a file that others can read or change (mode {mode:o}). "
        "Run 'chmod 600 users.yaml', or take it from the environment: password: ${NAME}."
    )


@pytest.mark.parametrize(
    ("value", "is_refused"), [("${SECRET}", False), ("x${SECRET}", True), ("${SECRET:-default}", True)]
)
def test_secrets_from_the_environment_may_lie_in_a_repository(
    write: Write, value: str, is_refused: bool
) -> None:
    text = SOUND.replace("s3cret-value", value).replace("other-s3cret", "${SECRET}")
    path = write(text, 0o644)
    if is_refused:
        with pytest.raises(MatrixErrors, match="chmod 600"):
            load_users(path, environ={"SECRET": "value"})
        return
    assert load_users(path, environ={"SECRET": "value"}).user_specs()[0].password == "value"


def test_secrets_are_no_part_of_a_representation(write: Write) -> None:
    assert "s3cret" not in repr(load_users(write(SOUND)))


def test_certificate_is_read_and_a_private_key_is_not(write: Write, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = write(SOUND.replace("run_as:", "certificate: app.pem\n    run_as:"))
    (tmp_path / "app.pem").write_bytes(public)
    assert load_users(path).app_specs()[0].certificate == public.decode()
    (tmp_path / "app.pem").write_bytes(private)
    assert "holds a private key, which only the client should have" in _errors(path)[0]


def test_public_groups_tell_what_they_hold(write: Write) -> None:
    text = f"{SOUND}public_groups:\n  - {{name: Outer, groups: [Inner], roles: [East]}}\n"
    outer = PublicGroupSpec(name="Outer", groups=("Inner",), roles=("East",))
    assert load_users(write(text)).public_group_specs() == (outer,)
    assert "is given twice" in _errors(write(f"{text}  - {{name: outer}}\n"))[0]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "[Account_Reader]",
            "[Acount_Reader]",
            "users.yaml:5:23: the source has no permission set ... mean 'Account_Reader'?",
        ),
        ("System Adm", "System adm", None),
        (
            "System Administrator",
            "Standard User",
            "users.yaml:3:14: the source has no profile 'Standard User'.",
        ),
        ("A@x.example", "nobody@x.example", "the file has no user 'nobody@x.example'."),
        ("run_as: a@", "run_as: aa@", "users.yaml:12:13: the file has no user ... mean 'a@x.example'?"),
        (
            "organization:",
            "public_groups: [{name: Nobody, roles: [Boss]}]\norganization:",
            "users.yaml:14:24: the source has no public group 'Nobody'.",
        ),
        ("is_active: true", "role: Boss", "users.yaml:6:11: the source has no role 'Boss'. Add the role"),
    ],
)
def test_names_are_held_against_the_source(write: Write, old: str, new: str, expected: str | None) -> None:
    assert old in SOUND
    file = load_users(write(SOUND.replace(old, new, 1)))
    if expected is None:
        check_names(file, load(HERE / "project"))
        return
    with pytest.raises(MatrixErrors) as caught:
        check_names(file, load(HERE / "project"))
    assert _fits(str(caught.value), expected)


def test_schema_accepts_what_the_loader_accepts() -> None:
    import yaml

    schema = users_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for text in (SOUND, (HERE / "users.yaml").read_text(encoding="utf-8")):
        jsonschema.validate(json.loads(json.dumps(yaml.safe_load(text))), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(SOUND.replace("password", "pasword")), schema)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused_by_place(write: Write, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(SOUND) - 1))
    text = (
        SOUND[:at] + data.draw(st.text(alphabet=" \n:-[]{}#&*!|>'\"%@ax0${}", max_size=4)) + SOUND[at + 1 :]
    )
    path = write(text)
    said = ""
    try:
        load_users(path, environ={}).user_specs()
    except MatrixErrors as errors:
        said = str(errors)
    assert all(line.startswith("users.yaml:") for line in said.splitlines())
