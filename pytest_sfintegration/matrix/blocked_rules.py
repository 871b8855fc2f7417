"""What must be refused, and what may be granted of setup entities, from what was found in the file."""

import json
from collections.abc import Mapping

from pytest_sfintegration.matrix.errors import Kind
from pytest_sfintegration.matrix.model import NO_SETUP_ENTITIES, RequestRule, SetupEntities
from pytest_sfintegration.matrix.page import Page, quoted
from pytest_sfintegration.matrix.records import Found

__all__ = ["allowed_entities", "request_key", "request_rules", "setup_entities"]

_WITHOUT_BODY = ("GET", "HEAD", "DELETE")


def setup_entities(found: Found | None) -> SetupEntities:
    """Return the entities of one mapping."""
    given: Mapping[str, Found] = {} if found is None else found.value
    return SetupEntities(**{key: each.value for key, each in given.items()})


def allowed_entities(found: Found | None) -> SetupEntities | None:
    """Return the entities of the key of the whole matrix; None when it is not there."""
    if found is None:
        return None
    return SetupEntities() if found.value == NO_SETUP_ENTITIES else setup_entities(found)


def request_rules(entries: tuple[Found, ...], page: Page) -> tuple[RequestRule, ...]:
    """Return the sound requests; doubles, and bodies where there can be none, are reported to the page."""
    rules: dict[str, RequestRule] = {}
    for entry in entries:
        rule = _request(entry, page)
        if rule is None:
            continue
        first = rules.setdefault(request_key(rule), rule)
        if first is not rule:
            message = f"requests of blocked: {quoted(rule.text)} is listed twice, first on line "
            page.report_at(rule.at, f"{message}{first.at.line}.", "Remove one of them.", Kind.DUPLICATE)
    return tuple(rules.values())


def request_key(rule: RequestRule) -> str:
    """Return what tells a request from others."""
    return rule.text if rule.body is None else f"{rule.text} {json.dumps(rule.body, sort_keys=True)}"


def _request(entry: Found, page: Page) -> RequestRule | None:
    values: dict[str, Found] = entry.value
    method, path, body, refused = (values.get(key) for key in ("method", "path", "body", "refused"))
    if method is None or path is None:  # reported
        return None
    if body is not None and method.value in _WITHOUT_BODY:
        message = f"requests of blocked: {method.value} {path.value.name} has a body."
        page.report_at(body.at, message, "Remove the body, or correct the method.", Kind.CONTRADICTION)
    return RequestRule(
        method=method.value,
        path=path.value.name,
        at=entry.at,
        body=None if body is None else body.value,
        refused=() if refused is None else refused.value,
    )
