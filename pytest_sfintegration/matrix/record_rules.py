"""The entries of ``records:``, from what was found in the file."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pytest_sfintegration.matrix.errors import Kind
from pytest_sfintegration.matrix.model import LISTED, FieldValue, Named, OwnerRule, ParentRule, RecordRule
from pytest_sfintegration.matrix.page import Page, quoted
from pytest_sfintegration.matrix.records import Found
from pytest_sfintegration.matrix.slugs import slug
from pytest_sfintegration.rights import RecordOperation

__all__ = ["record_rules"]

_MADE = ("with", "owner", "parent", "territories")
_PLACED = "Account"
_OWN_KEYS = {"OwnerId": "Write owner: {...} beside with.", "Id": "Leave it out: the org gives it."}


def record_rules(name: str, entries: tuple[Found, ...], page: Page) -> tuple[RecordRule, ...]:
    """Return the sound entries of one object; contradictions and doubles are reported to the page."""
    rules: dict[str, RecordRule] = {}
    for entry in entries:
        rule = _rule(name, entry, page)
        if rule is None:
            continue
        first = rules.setdefault(rule.slug, rule)
        if first is not rule:
            _report_twice(first, rule, page)
    return tuple(rules.values())


def _access(value: str | tuple[Named, ...]) -> str:
    """Return the word, or the operations of a list in their order."""
    if isinstance(value, str):
        return value
    listed = {named.name for named in value} | {RecordOperation.READ}
    return LISTED.join(one for one in RecordOperation if one in listed) + LISTED


def _report_twice(first: RecordRule, rule: RecordRule, page: Page) -> None:
    same = first.name == rule.name
    what = "is declared twice" if same else f"makes the same test id as {quoted(first.name)}"
    message = f"records of {rule.object}: {quoted(rule.name)} {what}, first on line {first.at.line}."
    page.report_at(rule.at, message, "Rename one of them.", Kind.DUPLICATE)


def _rule(name: str, entry: Found, page: Page) -> RecordRule | None:
    values: dict[str, Found] = entry.value
    called, access = values.get("name"), values.get("access")
    if called is None or access is None:  # reported
        return None
    text: str = called.value.name
    label = f"records of {name}: {quoted(text)}"
    if not slug(text):
        page.report_at(called.at, f"{label} has no letter or digit.", "Give it a name.", Kind.STRUCTURE)
    _report_both_ways(values, label, page)
    where = values.get("where")
    return RecordRule(
        object=name,
        name=text,
        at=entry.at,
        access=_access(access.value),
        access_at=access.at,
        values=_values(values.get("with"), label, page),
        where=None if where is None else where.value,
        owner=_owner(values.get("owner"), label, page),
        parents=tuple(_parents(values.get("parent"), label, page)),
        territories=_territories(values.get("territories"), name, label, page),
    )


def _report_both_ways(values: Mapping[str, Found], label: str, page: Page) -> None:
    if "where" not in values:
        return
    for key in _MADE:
        if key in values:
            message = f"{label}: where looks for records that exist, {key} is for one that is made."
            page.report_at(values[key].at, message, f"Remove where or {key}.", Kind.CONTRADICTION)


def _values(found: Found | None, label: str, page: Page) -> dict[str, FieldValue]:
    given: dict[str, Found] = {} if found is None else found.value
    for name, remedy in _OWN_KEYS.items():
        if name in given:
            page.report_at(
                given[name].at, f"{label}: {name} cannot be given as a value.", remedy, Kind.CONTRADICTION
            )
    return {name: FieldValue(value=each.value, at=each.at) for name, each in given.items()}


def _owner(found: Found | None, label: str, page: Page) -> OwnerRule | None:
    if found is None:
        return None
    if isinstance(found.value, str):
        return OwnerRule(kind="setup" if found.value == "setup" else "integration", at=found.at)
    given: dict[str, Any] = found.value
    if not given:  # reported
        return None
    if len(given) > 1:
        message = f"{label}: an owner cannot be {' and '.join(given)} at once."
        page.report_at(found.at, message, "Name one of them.", Kind.CONTRADICTION)
    kinds: tuple[Literal["user", "role", "queue"], ...] = ("user", "role", "queue")
    for kind in kinds:
        if kind in given:
            named: Named = given[kind].value
            return OwnerRule(kind=kind, name=named.name, at=named.at)
    return None


def _parents(found: Found | None, label: str, page: Page) -> Iterator[ParentRule]:
    given: dict[str, Found] = {} if found is None else found.value
    for name, each in given.items():
        values: dict[str, Found] = each.value
        target = values.get("object")
        yield ParentRule(
            lookup=name,
            at=each.at,
            object=None if target is None else target.value,
            values=_values(values.get("with"), f"{label}, parent {name}", page),
            owner=_owner(values.get("owner"), f"{label}, parent {name}", page),
            territories=() if "territories" not in values else values["territories"].value,
        )


def _territories(found: Found | None, name: str, label: str, page: Page) -> tuple[Named, ...]:
    """Return the territories of a record; of the objects here only accounts are assigned to any."""
    if found is None:
        return ()
    if name != _PLACED:
        message = f"{label}: a record of {name} is assigned to no territory."
        remedy = f"Write territories for an {_PLACED}, here or under parent."
        page.report_at(found.at, message, remedy, Kind.CONTRADICTION)
    given: tuple[Named, ...] = found.value
    return given
