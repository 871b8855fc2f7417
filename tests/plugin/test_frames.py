"""The tracebacks of tests that users write: they end at the users' own lines."""

import pytest
from plugin_suite import Suite

OWN = """
import contextlib
import json
import pytest

@pytest.fixture
def accounts(sf_integration):
    return sf_integration.query("SELECT Id FROM Account")

def test_client(sf_integration):
    for _ in range(9):
        sf_integration.query("SELECT Id FROM Account")

def test_fixture(accounts):
    pass

def test_access(sf_access):
    sf_access.can("Account", "read")

def test_not_denied(sf_expect):
    with sf_expect.denied("read", "Account"):
        pass

def test_helper(sf_access):
    def ask():
        return sf_access.why("fly", "Account")
    ask()

def test_body_in_a_context(sf_expect):
    with sf_expect.denied("read", "Account"):
        assert 1 == 2

def test_of_another_library(sf_access):
    json.loads("no")
"""
LIMITED = ("client", "fixture")
OTHERS = ("access", "not_denied", "helper")


def test_plugin_and_client_frames_are_not_shown(suite: Suite) -> None:
    suite = suite.with_tests(OWN)
    results = [
        suite.run("-k", " or ".join(f"test_{name}" for name in names), *more)
        for names, more in ((LIMITED, ["--sf-max-calls=3"]), (OTHERS, []))
    ]
    for result, number in zip(results, (2, 3), strict=True):
        text = str(result.stdout)
        assert sum(result.parseoutcomes().get(kind, 0) for kind in ("failed", "errors", "error")) == number
        for hidden in ("simple_salesforce/", "requests/", "contextlib", "orgs/", "access/"):
            assert hidden not in text, hidden
    results[0].stdout.fnmatch_lines(['>*sf_integration.query("SELECT Id FROM Account")', "E*CallLimitError*"])
    results[1].stdout.fnmatch_lines(['>*return sf_access.why("fly", "Account")', "E*'fly' is no operation*"])


def test_full_trace_shows_them(suite: Suite) -> None:
    result = suite.with_tests(OWN).run("-k", "test_helper", "--full-trace")
    result.stdout.fnmatch_lines(["*access*ask.py:*ValueError"])


@pytest.mark.parametrize(
    ("name", "line"),
    [("body_in_a_context", ">*assert 1 == 2"), ("of_another_library", "*decoder.py:*JSONDecodeError")],
)
def test_frames_of_others_stay(suite: Suite, name: str, line: str) -> None:
    suite.with_tests(OWN).run("-k", f"test_{name}").stdout.fnmatch_lines([line])
