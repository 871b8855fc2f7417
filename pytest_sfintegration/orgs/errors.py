"""What can go wrong between a run and its org."""

from dataclasses import dataclass

__all__ = [
    "AllowanceError",
    "ApiError",
    "CallLimitError",
    "OrgError",
    "RefusedError",
    "TargetError",
    "UnknownOutcomeError",
]


class OrgError(Exception):
    """The org could not be talked to, or not answer for; the text says what to do next."""


class TargetError(OrgError):
    """The target org cannot be built or reached."""


class UnknownOutcomeError(OrgError):
    """A write was sent, and nobody can tell whether it was done."""


class CallLimitError(OrgError):
    """``--sf-max-calls`` is spent: what was not gathered by then cannot be told."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"the limit of {limit} API calls (--sf-max-calls) is reached: raise it, or select fewer tests"
        )
        self.limit = limit


class AllowanceError(OrgError):
    """The org's API calls of 24 hours are nearly spent."""

    def __init__(self, *, used: int, limit: int) -> None:
        super().__init__(
            f"the org's API calls of 24 hours are nearly spent ({used} of {limit}): the run stops before it "
            "takes them from the integrations. Run again later, or select fewer tests"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiError:
    """One error of a REST answer. Classify by ``code`` alone: messages are translated."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code} ({self.status}): {self.message}"


class RefusedError(OrgError):
    """A query was refused; ``error`` is the org's own."""

    def __init__(self, error: ApiError, soql: str, username: str) -> None:
        super().__init__(f"query as {username}: {error} (query: {soql[:200]})")
        self.error = error
        self.soql = soql
