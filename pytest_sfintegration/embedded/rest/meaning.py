"""What a request means before its resource is asked: its parameters, its method, the format of the answer."""

from collections.abc import Iterable
from dataclasses import replace

from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call

__all__ = ["as_meant", "single"]

_OVERRIDE = "_HttpMethod"
_NOT_ONLY_XML = ("json", "*/*", "application/*")


def single(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters of a query string; which of two values of one name counts is not known."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise NotSupportedError(f"the parameter {name!r} more than once in a URL")
        found[name] = value
    return found


def as_meant(call: Call) -> Call:
    """Return the call with the method that it means; refuse one that wants an answer in XML only.

    Documented: REST API Developer Guide, Update a Record: ``_HttpMethod`` of a POST names the method. Other
    methods with it are refused.
    """
    accept = call.headers.get("accept", "").lower()
    if "xml" in accept and not any(each in accept for each in _NOT_ONLY_XML):
        raise NotSupportedError("answers in XML (the header Accept): ask for application/json")
    if _OVERRIDE not in call.params:
        return call
    if call.method != "POST":
        raise NotSupportedError(f"the parameter {_OVERRIDE} of a {call.method}: it is for POST")
    params = {name: value for name, value in call.params.items() if name != _OVERRIDE}
    return replace(call, method=call.params[_OVERRIDE].upper(), params=params)
