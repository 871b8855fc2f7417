"""What a real query or a real write proved, told by errorCode alone.

A business failure is not a denial: the platform checks the object permission before it validates, so a
validation rule, a missing required field or a duplicate shows that the permission was there. What proves
neither (locks, limits, references) stays undecided.
"""

from dataclasses import dataclass

from pytest_sfintegration.orgs.errors import ApiError

__all__ = ["ALLOWED", "BUSINESS", "DENIALS", "Outcome", "of_error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``allowed`` is None when the probe proved nothing; ``code`` is the errorCode that came back."""

    allowed: bool | None
    code: str = ""
    note: str = ""


ALLOWED = Outcome(allowed=True)

# Refusals for want of a permission (as FIDELITY.md cites them). A trigger may also answer
# CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, which the cross-check with the describe brings to light.
DENIALS = frozenset(
    {
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_TYPE",
        "NOT_FOUND",
    }
)

# Business failures, met only after the object permission was granted.
BUSINESS = frozenset(
    {
        "DUPLICATES_DETECTED",
        "DUPLICATE_VALUE",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "FIELD_INTEGRITY_EXCEPTION",
        "INVALID_EMAIL_ADDRESS",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "REQUIRED_FIELD_MISSING",
        "STRING_TOO_LONG",
    }
)


def of_error(error: ApiError) -> Outcome:
    """Tell a denial from a business failure and from what proves nothing."""
    if error.code in DENIALS:
        return Outcome(allowed=False, code=error.code)
    if error.code in BUSINESS:
        return Outcome(allowed=True, code=error.code, note=f"{error.code}, met after the permission check")
    return Outcome(allowed=None, code=error.code, note=str(error))
