"""Record access in random orgs, against brute force."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sharing_oracle import Org, UnknownError
from sharing_orgs import OBJECTS, USERS, engine, orgs

from pytest_sfintegration.embedded.blocks.block import Block
from pytest_sfintegration.embedded.sharing import SharingNotModelled

COLUMNS = {
    "read": "can_read",
    "edit": "can_edit",
    "delete": "can_delete",
    "transfer": "can_transfer",
    "all": "can_share",
}
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(orgs())
@often
def test_access_is_what_brute_force_finds(org: Org) -> None:
    check_against_brute_force(org)


@given(orgs(territorial=True))
@often
def test_access_by_territories_is_what_brute_force_finds(org: Org) -> None:
    check_against_brute_force(org)


def check_against_brute_force(org: Org) -> None:
    access, people, metadata = engine(org)
    for name in USERS:
        user, permissions = people[name]
        for obj in OBJECTS:
            for record in org.records[obj]:
                try:
                    expected = org.access(name, obj, record)
                except UnknownError:
                    with pytest.raises(SharingNotModelled, match="Modify All on Account"):
                        access.decide(user, permissions, metadata.objects[obj], record)
                    continue
                decision = access.decide(user, permissions, metadata.objects[obj], record)
                got = {word for word, column in COLUMNS.items() if getattr(decision, column)}
                assert got == expected, (name, obj, record, decision.reasons)
                assert bool(decision.reasons) == bool(decision.access)


@given(st.one_of(orgs(), orgs(territorial=True)))
@often
def test_the_fast_path_sees_what_the_decision_lets_read(org: Org) -> None:
    access, people, metadata = engine(org)
    for name in USERS:
        user, permissions = people[name]
        for obj in OBJECTS:
            definition, rows = metadata.objects[obj], org.records[obj]
            try:
                expected = [row for row in rows if "read" in org.access(name, obj, row)]
            except UnknownError:
                continue
            assert list(access.visible(user, permissions, definition, rows)) == expected, (name, obj)


@given(orgs())
@often
def test_condition_tells_what_the_fast_path_sees(org: Org) -> None:
    access, people, metadata = engine(org)
    for name in USERS:
        user, permissions = people[name]
        for obj in OBJECTS:
            definition, block = metadata.objects[obj], Block(list(org.records[obj]))
            condition = access.condition(user, permissions, definition)
            if condition is None:  # to be asked record by record
                assert _goes_row_by_row(org, obj)
                continue
            seen = list(access.visible(user, permissions, definition, block.rows))
            assert list(block.chosen(condition.narrow(block, block.full))) == seen, (name, obj)


def _goes_row_by_row(org: Org, obj: str) -> bool:
    """Return whether a rule of a territory may decide, or contacts follow accounts."""
    if obj == "Contact" and org.defaults[obj] == "ControlledByParent":
        return True
    return obj in {"Account", "Contact", "Opportunity"} and any(
        one["type"] == "territory" for one in org.rules
    )
