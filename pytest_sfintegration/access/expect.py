"""Expect a permission denial, and nothing but one."""

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_sfintegration.access.ask import parse_target
from pytest_sfintegration.access.outcome import of_error
from pytest_sfintegration.orgs.client import OrgClient, first_error
from pytest_sfintegration.orgs.describe import describe_objects

__all__ = ["Expect", "NotDenied"]


class NotDenied(AssertionError):
    """What was to be denied was allowed, or was refused for another reason than a missing permission."""


class Expect:
    """Expectations on what an ordinary client is answered."""

    def __init__(self, *, setup: OrgClient) -> None:
        self._setup = setup

    @contextmanager
    def denied(self, operation: str, target: str) -> Iterator[None]:
        """Pass when the block is refused for want of a permission; raise NotDenied otherwise.

        The object and the field must exist for the setup user: "no such thing" and "not allowed" look alike
        to the user (wire facts, section 2). Errors are told apart by their errorCode alone.
        """
        self._control(operation, target)
        from simple_salesforce.exceptions import SalesforceError  # noqa: PLC0415 - heavy

        try:
            yield
        except SalesforceError as refusal:
            error = first_error(getattr(refusal, "status", 0), getattr(refusal, "content", None))
            outcome = of_error(error)
            if outcome.allowed is False:
                return
            raise NotDenied(
                f"expected {operation} {target} to be denied, but it failed for another reason: {error}"
            ) from refusal
        raise NotDenied(f"expected {operation} {target} to be denied, but it was allowed")

    def _control(self, operation: str, target: str) -> None:
        _, name, field = parse_target(operation, target)
        facts = describe_objects(self._setup, [name])[name]
        if facts is None or (field is not None and field not in facts.fields):
            raise NotDenied(
                f"the setup user does not see {target}: a denial of what does not exist proves nothing"
            )
