"""The table of keys of ``checklist:``, made of the items and of what they read."""

from pytest_sfintegration.matrix.checklist.forms import REASON
from pytest_sfintegration.matrix.checklist.item import Preset
from pytest_sfintegration.matrix.checklist.items import ITEMS
from pytest_sfintegration.matrix.checklist.parameters import PARAMETERS
from pytest_sfintegration.matrix.checklist.switches import On, OnOr
from pytest_sfintegration.matrix.records import Entries, Key, Record, Required
from pytest_sfintegration.matrix.shapes import Date, Either, Word

__all__ = ["CHECKLIST"]

_PRESET = Word(choices=tuple(Preset))

_WAIVER = Record(
    words="a mapping with item, reason and expires",
    table=(
        Key(
            name="item",
            shape=Word(choices=tuple(ITEMS)),
            required=Required.ALWAYS,
            description="The item that need not be met.",
        ),
        Key(name="reason", shape=REASON, required=Required.ALWAYS, description="Why it need not."),
        Key(
            name="expires",
            shape=Date(),
            required=Required.ALWAYS,
            description="The last day on which the waiver holds.",
        ),
    ),
)


def _items() -> list[Key]:
    keys = []
    read = {item.reads for item in ITEMS.values() if item.reads is not None}
    for name in dict.fromkeys([*ITEMS, *(key for key in PARAMETERS if key in read)]):
        item, parameter = ITEMS.get(name), PARAMETERS.get(name)
        if parameter is None:
            description = f"On: {ITEMS[name].title}."
            keys.append(Key(name=name, shape=On(), description=description))
        elif item is None:
            keys.append(Key(name=name, shape=parameter.shape, description=parameter.description))
        else:
            keys.append(Key(name=name, shape=OnOr(shape=parameter.shape), description=parameter.description))
    return keys


CHECKLIST = Either(
    text=_PRESET,
    keys=Record(
        words="a mapping with preset, items and waive",
        table=(
            Key(
                name="preset",
                shape=_PRESET,
                description="standard (if left out) or strict: the items that are on. Under strict, what an "
                "item needs and is not declared is not met.",
            ),
            *_items(),
            Key(
                name="waive",
                shape=Entries(item=_WAIVER),
                description="Items that need not be met: each entry gives a reason.",
            ),
        ),
    ),
)
"""A preset alone, or a mapping."""
