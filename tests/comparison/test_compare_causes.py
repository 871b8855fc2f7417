"""Differences that no other difference explains, and causes on the way through groups."""

from collections.abc import Iterable
from dataclasses import replace

from pytest_sfintegration.comparison.differences import Comparison, Pair, compare
from pytest_sfintegration.comparison.facts import (
    ASSIGNMENTS,
    MEMBERS,
    OBJECTS,
    PROPERTIES,
    TABS,
    Fact,
    Facts,
    Key,
    Person,
    Snapshot,
    Subject,
)
from pytest_sfintegration.comparison.text import render_comparison

SYNC = Subject(kind="permission set", name="Sync")
GROUP = Subject(kind="permission set group", name="All")
PROFILE = Subject(kind="profile", name="Integration")
PAIR = Pair(a="me@acme.example", b="me@acme.example.uat")
DELETE: Key = (OBJECTS, "delete Account")
READ: Key = (OBJECTS, "read Account")


def facts(keys: Iterable[Key]) -> Facts:
    return {key: Fact() for key in keys}


def org(*, member: Iterable[Key] = (READ,), calculated: Iterable[Key] = (READ,)) -> Snapshot:
    group = {(MEMBERS, str(SYNC)): Fact(refers=SYNC), (PROPERTIES, "status"): Fact(value="Updated")}
    mine = {
        (ASSIGNMENTS, str(GROUP)): Fact(refers=GROUP),
        (PROPERTIES, "profile"): Fact(value=PROFILE.name, refers=PROFILE),
    }
    person = Person(facts=mine, holds=frozenset({GROUP, PROFILE}))
    return Snapshot(
        subjects={SYNC: facts(member), GROUP: group, PROFILE: {}},
        things=frozenset({SYNC, GROUP, PROFILE}),
        calculated={GROUP: facts(calculated)},
        people={PAIR.a: person, PAIR.b: person},
    )


def places(found: Comparison) -> list[tuple[str, str, str, int]]:
    return [(str(one.subject), one.what, one.word, len(one.follows)) for one in found.differences]


def test_a_member_s_right_explains_its_group_s_and_its_user_s() -> None:
    found = compare(org(), org(member=(READ, DELETE), calculated=(READ, DELETE)), [PAIR])
    assert places(found) == [(str(SYNC), "delete Account", "extra", 2)]


def test_a_calculated_right_that_nothing_explains_is_a_difference_of_its_own() -> None:
    found = compare(org(), org(calculated=(READ, DELETE)), [PAIR])
    assert places(found) == [(str(GROUP), "delete Account", "extra", 1)]
    assert "permission set group All\n  Extra in B:    effective delete Account" in "\n".join(
        render_comparison(found)
    )


def test_a_member_s_right_that_its_group_does_not_show_is_told_without_consequence() -> None:
    found = compare(org(), org(member=(READ, DELETE)), [PAIR])
    assert places(found) == [(str(SYNC), "delete Account", "extra", 0)]


def test_what_is_the_same_is_told_as_that() -> None:
    assert render_comparison(compare(org(), org(), [PAIR]))[0].startswith("No difference")


def test_what_one_org_has_no_table_for_is_not_compared_and_said_to_be() -> None:
    told = replace(org(), subjects={**org().subjects, SYNC: {**facts([READ]), (TABS, "tab Home"): Fact()}})
    assert places(compare(told, org(), [])) == [(str(SYNC), "tab Home", "missing", 0)]
    silent = replace(org(), passed=frozenset({TABS}))
    for found in (compare(told, silent, []), compare(silent, told, [])):
        assert places(found) == []
        assert found.passed == ("visibility of tabs",)
