"""Ids: the check suffix, canonical forms, prefixes."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.embedded.ids import IdFactory, canonical_id, to_18

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def test_suffix_of_recorded_ids_is_right() -> None:
    for known in ("0015500001QdQWaAAN", "0128M0000004HVOQA2", "003000000000000AAA", "012000000000000AAA"):
        assert to_18(known[:15]) == known


@given(st.text(_ALPHABET, min_size=15, max_size=15))
def test_suffix_restores_the_capitals(short: str) -> None:
    long = to_18(short)
    assert {canonical_id(each) for each in (short, long, long.lower(), long.upper())} == {long}


@given(st.integers(1, 62**7))
def test_running_number_gives_a_well_formed_id(number: int) -> None:
    made = IdFactory({"Account": "001"}).nth("Account", number)
    assert made.startswith("001Em")
    assert canonical_id(made) == made == to_18(made[:15])


@given(st.integers(0, 400) | st.just(62**2 + 5))
def test_ids_made_at_once_are_those_made_one_by_one(number: int) -> None:
    factory = IdFactory({"FieldPermissions": "01k"})
    assert factory.first("FieldPermissions", number) == [
        factory.nth("FieldPermissions", each) for each in range(1, number + 1)
    ]


def test_every_object_has_a_prefix_of_its_own(org: Any) -> None:
    stored = {name: prefix for name, prefix in org.world.prefixes.items() if name in org.world.source.objects}
    assert len(set(stored.values())) == len(stored)
    assert stored["Account"] == "001"
    assert {stored["Property__c"][0], stored["VS_Setting__mdt"][0]} == {"a", "m"}
