"""A mapping made on demand equals the dict of everything it would make."""

from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.sfdx.lazy import Lazy

NAMES = st.text("abcdef", min_size=1, max_size=2)
RAW = st.dictionaries(NAMES, st.integers(), max_size=8)


@given(raw=RAW, made=RAW, touched=st.lists(NAMES), more=RAW)
def test_whole_equals_one_by_one(
    raw: dict[str, int], made: dict[str, int], touched: list[str], more: dict[str, int]
) -> None:
    lazy = Lazy(lambda value: -value, raw, made)
    expected = {name: -value for name, value in raw.items()} | made
    for name in touched:
        assert lazy.get(name) == expected.get(name)
    assert list(lazy.items()) == [(name, lazy[name]) for name in lazy] == list(expected.items())
    assert list(lazy.values()) == list(expected.values())
    assert all(lazy.unmade(name) is None for name in [*expected, *touched])
    extended = lazy.extended(more)
    assert dict(extended) == expected | more
    assert list(extended) == list(expected | more)


@given(raw=RAW)
def test_each_value_is_made_once(raw: dict[str, int]) -> None:
    asked: list[int] = []

    def make(value: int) -> object:
        asked.append(value)
        return object()

    lazy = Lazy(make, raw)
    first = {name: lazy[name] for name in reversed(list(raw))}
    assert [*lazy.values(), *lazy.values()] == [first[name] for name in raw] * 2
    assert sorted(asked) == sorted(raw.values())
