"""The checklist of one file, from what was found in it; and what it may not say, bases merged in."""

from collections.abc import Iterator, Mapping

from pytest_sfintegration.matrix.checklist.item import Item, Preset
from pytest_sfintegration.matrix.checklist.items import ITEMS
from pytest_sfintegration.matrix.checklist.model import Checklist, Entry, Waiver
from pytest_sfintegration.matrix.checklist.parameters import PARAMETERS
from pytest_sfintegration.matrix.errors import Kind, MatrixError
from pytest_sfintegration.matrix.page import Page
from pytest_sfintegration.matrix.records import Found

__all__ = ["checklist_of", "idle_waivers", "items_of"]


def checklist_of(found: Found, page: Page) -> Checklist:
    """Return what a file declares. Faults are reported to the page."""
    if isinstance(found.value, str):
        return Checklist(at=found.at, preset=Preset(found.value))
    values: Mapping[str, Found] = found.value
    preset = values.get("preset")
    waive = values.get("waive")
    entries = {
        key: Entry(key=key, at=each.at, value=_value(key, each, page))
        for key, each in values.items()
        if key not in {"preset", "waive"}
    }
    return Checklist(
        at=found.at,
        preset=None if preset is None else Preset(preset.value),
        entries=entries,
        waive=() if waive is None else _waivers(waive.value, page),
    )


def _value(key: str, found: Found, page: Page) -> object:
    return None if found.value is True else PARAMETERS[key].make(found, page)


def _waivers(entries: tuple[Found, ...], page: Page) -> tuple[Waiver, ...]:
    waivers: dict[str, Waiver] = {}
    for entry in entries:
        values: dict[str, Found] = entry.value
        if not {"item", "reason", "expires"} <= set(values):  # reported
            continue
        waiver = Waiver(
            item=values["item"].value,
            at=entry.at,
            reason=values["reason"].value.name,
            expires=values["expires"].value,
        )
        if waivers.setdefault(waiver.item, waiver) is not waiver:
            message = f"the item {waiver.item} is waived twice."
            page.report_at(waiver.at, message, "Remove one of them.", Kind.DUPLICATE)
    return tuple(waivers.values())


def items_of(checklist: Checklist) -> tuple[Item, ...]:
    """Return the items that are on: those of the preset, those named, those that read what is declared."""
    return tuple(
        item
        for item in ITEMS.values()
        if checklist.strict
        or item.preset is Preset.STANDARD
        or item.key in checklist.entries
        or _declared(item, checklist.entries.get(item.reads or ""))
    )


def _declared(item: Item, entry: Entry | None) -> bool:
    """Tell whether what an item reads is declared: of several, the part that counts."""
    if entry is None or item.part is None:
        return entry is not None
    values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    return any(getattr(each, item.part, None) is not None for each in values)


def idle_waivers(checklist: Checklist) -> Iterator[MatrixError]:
    """Yield waivers of items that are not on."""
    on = {item.key for item in items_of(checklist)}
    for waiver in checklist.waive:
        if waiver.item not in on:
            message = f"the item {waiver.item} is waived, and is not on."
            yield MatrixError(
                at=waiver.at, message=message, remedy="Remove the waiver.", kind=Kind.CONTRADICTION
            )
