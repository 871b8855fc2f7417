"""The inventories see what is added to the code: a copy of it is changed, and the change is found."""

import ast
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from pytest_sfintegration.embedded.fidelity import source_text
from pytest_sfintegration.embedded.fidelity.inventory import access, codes, endpoints, soql, tables
from pytest_sfintegration.embedded.fidelity.refused import refusals


def add(monkeypatch: pytest.MonkeyPatch, module: str, code: str) -> None:
    """Add a function to a module, as the inventories read it."""
    known = source_text.modules()
    tree = known[module]
    longer = ast.Module(body=[*tree.body, *ast.parse(code).body], type_ignores=[])
    changed: Mapping[str, ast.Module] = MappingProxyType({**known, module: longer})
    monkeypatch.setattr(source_text, "modules", lambda: changed)


def test_new_path_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "def _fake(call):\n    first, *rest = call.segments\n    if rest == ['fake']:\n        return call\n"
    )
    add(monkeypatch, "embedded.rest.sobjects", code)
    assert "rest.sobjects fake" in endpoints.paths()


def test_new_entry_of_the_dispatch_table_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "embedded.rest.router", "_RESOURCES: dict = MappingProxyType({'fake': limits})\n")
    assert "rest.router fake" in endpoints.paths()


def test_new_method_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "embedded.rest.limits", "def _fake(call):\n    return call.method == 'PUT'\n")
    assert "rest.limits._fake PUT" in endpoints.endpoints()


def test_new_module_below_rest_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    known = source_text.modules()
    tree = ast.parse(
        "def jobs(call):\n    if call.method == 'POST' and call.segments[1] == 'ingest':\n        return 1\n"
    )
    monkeypatch.setattr(source_text, "modules", lambda: {**known, "embedded.rest.fake": tree})
    assert "rest.fake.jobs POST" in endpoints.endpoints()
    assert "rest.fake ingest" in endpoints.paths()


def test_new_grant_type_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "embedded.login.oauth", "class X:\n    def f(self):\n        return {'fake': self.g}\n")
    assert "OAuth fake" in endpoints.logins()


@pytest.mark.parametrize(
    ("code", "subject"),
    [
        ("raise ApiError(418, 'FAKE_CODE', 'text')", "write.rules 418 FAKE_CODE"),
        ("return {'errorCode': 'FAKE_CODE', 'message': ''}", "write.rules FAKE_CODE"),
        ("return helper(definition, 'FAKE_CODE')", "write.rules FAKE_CODE"),
        ("return _Fault(code='FAKE_CODE', message='')", "write.rules FAKE_CODE"),
    ],
)
def test_new_error_code_is_seen(monkeypatch: pytest.MonkeyPatch, code: str, subject: str) -> None:
    add(monkeypatch, "embedded.write.rules", f"def _fake(definition):\n    {code}\n")
    assert subject in codes.error_codes()


def test_new_error_code_of_a_query_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(
        monkeypatch,
        "embedded.soql.ordering",
        "def _fake(scope):\n    raise scope.error(1, 'FAKE_CODE', 'x')\n",
    )
    assert "soql.ordering FAKE_CODE" in codes.error_codes()


def test_new_keyword_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "embedded.soql.parser", "def _fake(tokens):\n    tokens.expect('FAKE')\n")
    assert "FAKE" in soql.keywords()


def test_new_function_of_a_query_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(
        monkeypatch,
        "embedded.soql.functions",
        "def _fake(expression):\n    return expression.name == 'FAKE'\n",
    )
    assert "FAKE" in soql.functions_of_soql()


def test_new_user_permission_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "embedded.view", "def _fake(person):\n    return person.holds('FakeRight')\n")
    assert "view FakeRight" in access.user_permissions()


def test_new_kind_of_member_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "embedded.sharing.audience", "def _fake(kind):\n    return kind in {'fakerole'}\n")
    assert "fakerole" in access.members()


def test_new_reason_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(
        monkeypatch,
        "embedded.sharing.judge",
        "def _fake(x):\n    return Reason(cause=f'Fake ({x})', access=1)\n",
    )
    assert "sharing.judge: Fake (…)" in access.causes()


def test_new_refusal_of_a_write_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    add(
        monkeypatch,
        "embedded.write.rules",
        "def _fake(x):\n    raise NotSupportedError(f'fake of {x.name}')\n",
    )
    assert "write.rules._fake" in tables.write_rules()
    assert "fake of {name}" in refusals().writes
