"""Was a request refused for want of a permission? Told by error codes, and never by half.

``access.outcome`` reads what probes of single rights come to; here an answer to any request is read: one of
REST, Apex REST, Tooling, Metadata or Bulk, and one that wraps others.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pytest_sfintegration.access.outcome import ALLOWED, BUSINESS, DENIALS, Outcome
from pytest_sfintegration.orgs.client import Reply
from pytest_sfintegration.orgs.errors import ApiError

__all__ = ["AMBIGUOUS", "NOT_SUPPORTED", "errors_of", "is_from_trigger", "of_reply"]

NOT_SUPPORTED = "NOT_SUPPORTED_BY_EMBEDDED_ORG"
"""The code by which the embedded org says that it does not model something."""

AMBIGUOUS = frozenset({"INVALID_FIELD", "INVALID_TYPE", "NOT_FOUND"})
"""Codes that say "not there" and "not allowed" alike (recorded): they need a control."""

# Denials of whole requests (as FIDELITY.md cites them; the last is of Bulk API 1.0).
_DENIALS = DENIALS | {
    "API_CURRENTLY_DISABLED",
    "API_DISABLED_FOR_ORG",
    "FORBIDDEN",
    "FUNCTIONALITY_NOT_ENABLED",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "FeatureNotEnabled",
}

# What a reader may not declare to be a refusal: these prove nothing of a permission.
_PROOF_OF_NOTHING = BUSINESS | {
    "ENTITY_IS_DELETED",
    "INVALID_CROSS_REFERENCE_KEY",
    "INVALID_SESSION_ID",
    "MALFORMED_ID",
    "MALFORMED_QUERY",
    "METHOD_NOT_ALLOWED",
    NOT_SUPPORTED,
    "REQUEST_LIMIT_EXCEEDED",
    "SERVER_UNAVAILABLE",
    "STORAGE_LIMIT_EXCEEDED",
    "UNABLE_TO_LOCK_ROW",
    "UNKNOWN_EXCEPTION",
}

# What the members of a transaction are told when another one failed (recorded: comp.badref,
# comp.collections.rollback).
_FOLLOWERS = frozenset({"ALL_OR_NONE_OPERATION_ROLLED_BACK", "BATCH_PROCESSING_HALTED", "PROCESSING_HALTED"})

_SERVER_ERROR = 500

# A trigger hands on a refusal that it met itself in these words, which are not translated: class and event
# names of Apex (recorded: crud.trigger_wrapped). They only ever make a verdict weaker.
_TRIGGER = re.compile(r"execution of (Before|After)\w+|caused by: ", re.ASCII)

_BULK_CODE = re.compile(r"<exceptionCode>(\w+)</exceptionCode>", re.ASCII)


def of_reply(reply: Reply, *, method: str, path: str, body: Any, accepted: Collection[str] = ()) -> Outcome:
    """Return what an answer proves: allowed, refused for want of a permission, or neither (None).

    An answer that wraps others is refused when all of them are, and allowed when one is. ``accepted``: the
    codes that count as the refusal, where not every denial does.
    """
    errors = errors_of(reply)
    if any(error is None for error in errors):
        return ALLOWED
    told = [error for error in errors if error is not None]
    leading = [error for error in told if error.code not in _FOLLOWERS] or told
    outcomes = [_of_error(error, method, path, body, accepted) for error in leading]
    for allowed in (True, None):
        found = next((one for one in outcomes if one.allowed is allowed), None)
        if found is not None:
            return found
    return outcomes[0]


def errors_of(reply: Reply) -> list[ApiError | None]:
    """Return the error of each answer in an answer, None for each that is a success."""
    if not reply.ok:
        return [*_of_tree(reply)] or [_error(reply)]
    inner = list(_inner(reply.payload))
    return [error for one in inner for error in errors_of(one)] if inner else [None]


def is_from_trigger(error: ApiError) -> bool:
    """Tell whether an error was handed on by a trigger or a flow, whatever its code."""
    return _TRIGGER.search(error.message) is not None


def _of_tree(reply: Reply) -> Iterable[ApiError]:
    """Return the errors of a refused tree, which stand record by record (REST guide, sObject Tree)."""
    if isinstance(reply.payload, Mapping) and "hasErrors" in reply.payload:
        for record in reply.payload.get("results") or ():
            errors = record.get("errors") if isinstance(record, Mapping) else None
            if errors:
                yield Reply(status=reply.status, payload=errors).error()


def _error(reply: Reply) -> ApiError:
    error = reply.error()
    payload = reply.payload
    code: object = None
    if isinstance(payload, Mapping):
        code = payload.get("exceptionCode")
    elif isinstance(payload, str) and (found := _BULK_CODE.search(payload)) is not None:
        code = found[1]
    if not isinstance(code, str):
        return error
    return ApiError(status=error.status, code=code, message=str(payload)[:200])


def _inner(payload: Any) -> Iterable[Reply]:
    """Return the answers in a composite, a batch, a graph or a collection."""
    if isinstance(payload, list):
        for item in payload:
            if isinstance(item, Mapping) and "success" in item:
                ok = bool(item["success"])
                yield Reply(status=200 if ok else 400, payload=None if ok else item.get("errors") or item)
        return
    if not isinstance(payload, Mapping):
        return
    for item in payload.get("graphs") or ():
        yield Reply(status=200, payload=item.get("graphResponse"))
    for item in payload.get("compositeResponse") or ():
        yield Reply(status=item["httpStatusCode"], payload=item.get("body"))
    if "hasErrors" in payload:
        for item in payload.get("results") or ():
            if isinstance(item, Mapping) and "statusCode" in item:
                yield Reply(status=item["statusCode"], payload=item.get("result"))


def _of_error(  # noqa: PLR0911 - one for each thing that an error may say
    error: ApiError, method: str, path: str, body: Any, accepted: Collection[str]
) -> Outcome:
    if error.status >= _SERVER_ERROR or error.code in _PROOF_OF_NOTHING - BUSINESS:
        return _undecided(error, "proves nothing of a permission")
    if error.code in BUSINESS:
        return _of_business(error, path)
    if accepted:
        if error.code in accepted:
            return Outcome(allowed=False, code=error.code)
        return _undecided(error, f"is none of the refusals declared: {', '.join(sorted(accepted))}")
    if error.code not in _DENIALS:
        return _undecided(error, "is no permission denial")
    if is_from_trigger(error):
        return _undecided(error, "comes from a trigger or a flow, not from the permission check")
    if error.code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" and body is not None:
        return _undecided(error, f"speaks of a record that the body of the {method} points to")
    return Outcome(allowed=False, code=error.code)


def _of_business(error: ApiError, path: str) -> Outcome:
    """Read a business failure: where the platform itself checks, the permission was there."""
    if path.startswith("/services/data/"):
        note = f"{error.code}, met after the permission check"
        return Outcome(allowed=True, code=error.code, note=note)
    return _undecided(error, "is a business failure")


def _undecided(error: ApiError, why: str) -> Outcome:
    return Outcome(allowed=None, code=error.code, note=f"the answer {why}: {error}")
