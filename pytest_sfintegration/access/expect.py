"""Expect a permission denial of one right, and nothing but that."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from pytest_sfintegration.access.ask import Access, parse_target
from pytest_sfintegration.access.outcome import of_error
from pytest_sfintegration.access.refusals import is_from_trigger
from pytest_sfintegration.orgs.client import OrgClient, first_error
from pytest_sfintegration.orgs.errors import ApiError

if TYPE_CHECKING:
    from simple_salesforce.exceptions import SalesforceError

__all__ = ["Expect", "NotDenied"]

_OF_ANOTHER_RECORD = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
_OF_FIELDS = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"})
_ID = re.compile(r"\b[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?\b", re.ASCII)
_RECORD = re.compile(r"/sobjects/(?P<object>\w+)(?:/(?P<id>\w{15,18}))?(?:/|$)", re.ASCII)


class NotDenied(AssertionError):
    """What was to be denied was allowed, or was refused for another reason than the missing permission."""


class Expect:
    """Expectations on what an ordinary client is answered."""

    def __init__(self, *, setup: OrgClient, user: OrgClient) -> None:
        self._setup = setup
        self._access = Access(setup=setup, user=user)

    @contextmanager
    def denied(self, operation: str, target: str) -> Iterator[None]:
        """Pass when the block is refused for want of the permission; raise NotDenied otherwise.

        A detail whose masters the user may not change is refused for want of that: it counts. The object and
        the field must exist for the setup user, and so must the record of a request that names one: "no such
        thing" and "not allowed" look alike to the user (recorded). The refused request must speak of the
        target, and the org must not tell the user that the right is held: then a record out of reach, or a
        field, was refused. Errors are told apart by their errorCode alone.
        """
        __tracebackhide__ = True
        _, name, field = parse_target(operation, target)
        self._control(target, name, field)
        from simple_salesforce.exceptions import SalesforceError  # noqa: PLC0415 - heavy

        try:
            yield
        except SalesforceError as refusal:
            error = first_error(getattr(refusal, "status", 0), getattr(refusal, "content", None))
            master = self._master_refused(error, operation, name)
            if (of_error(error).allowed is not False and master is None) or is_from_trigger(error):
                raise NotDenied(
                    f"expected {operation} {target} to be denied, but it failed for another reason: {error}"
                ) from None
            doubt = self._doubt(refusal, error, name, field) or self._held(error, operation, target, master)
            if doubt is not None:
                raise NotDenied(f"expected {operation} {target} to be denied, but {doubt}: {error}") from None
            return
        raise NotDenied(f"expected {operation} {target} to be denied, but it was allowed")

    def _held(
        self, error: ApiError, operation: str, target: str, master: tuple[str, str] | None
    ) -> str | None:
        """Return why a denial is none of the right: the user holds it, or only a field was refused."""
        right = (operation, target) if master is None else master
        if self._access.can(*right):
            return f"the user holds {' '.join(right)}: a record, or something in the request, was refused"
        if "." not in target and error.code in _OF_FIELDS:
            return "a field was refused, which says nothing of the object"
        return None

    def _master_refused(self, error: ApiError, operation: str, name: str) -> tuple[str, str] | None:
        """Return the right on the master for want of which a write of a detail may have been refused.

        Creating and changing details takes access to the master ("Write Requires Master Read", Metadata API,
        CustomField). The refusal names the master by its id, which is no translated text; the setup user must
        see it.
        """
        found = _ID.findall(error.message)
        if error.code != _OF_ANOTHER_RECORD or operation not in {"create", "edit"} or not found:
            return None
        facts = self._access.facts(name)
        masters = {
            target: "read" if one.raw.get("writeRequiresMasterRead") else "edit"
            for one in ({} if facts is None else facts.fields).values()
            if one.raw.get("relationshipOrder") is not None
            for target in one.reference_to
        }
        for master, needed in masters.items():
            if self._setup.send("GET", f"/sobjects/{master}/{found[-1]}", purpose="controls").ok:
                return needed, master
        return None

    def _control(self, target: str, name: str, field: str | None) -> None:
        __tracebackhide__ = True
        facts = self._access.facts(name)
        if facts is None or (field is not None and field not in facts.fields):
            raise NotDenied(
                f"the setup user does not see {target}: a denial of what does not exist proves nothing"
            )

    def _doubt(self, refusal: "SalesforceError", error: ApiError, name: str, field: str | None) -> str | None:
        """Return why a denial says nothing of the target, if so."""
        address = urlsplit(str(getattr(refusal, "url", "")))
        query = " ".join(parse_qs(address.query).get("q", []))
        place = _RECORD.search(address.path)
        if place is not None and place["object"].lower() != name.lower():
            return f"the refused request is about {place['object']}"
        if query and not re.search(rf"\b{re.escape(name)}\b", query, re.IGNORECASE):
            return "the refused query does not name the object"
        said = error.message.rsplit("\n", 1)[-1]  # the lines before it repeat the query
        if field is not None and field not in error.fields and not re.search(rf"\b{field}\b", said):
            return "the refusal does not name the field"
        if place is not None and place["id"] is not None:
            reply = self._setup.send("GET", address.path, purpose="controls")
            if not reply.ok:
                return "the setup user does not see the record either"
        return None
