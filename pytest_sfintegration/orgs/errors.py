"""What can go wrong between a run and its org."""

from dataclasses import dataclass

__all__ = ["ApiError", "CallLimitError", "OrgError", "TargetError"]


class OrgError(Exception):
    """The org could not be talked to, or not answer for; the text says what to do next."""


class TargetError(OrgError):
    """The target org cannot be built or reached."""


class CallLimitError(OrgError):
    """``--sf-max-calls`` is spent: what was not gathered by then cannot be told."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"the limit of {limit} API calls (--sf-max-calls) is reached: raise it, or select fewer tests"
        )
        self.limit = limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiError:
    """One error of a REST answer. Classify by ``code`` alone: messages are translated."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code} ({self.status}): {self.message}"
