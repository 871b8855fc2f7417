"""Denial, business failure, or neither: by errorCode alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.access.outcome import of_error
from pytest_sfintegration.orgs.errors import ApiError

CODES = {
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": False,
    "INSUFFICIENT_ACCESS": False,
    "INSUFFICIENT_ACCESS_OR_READONLY": False,
    "INVALID_FIELD": False,
    "INVALID_FIELD_FOR_INSERT_UPDATE": False,
    "INVALID_TYPE": False,
    "NOT_FOUND": False,
    "DUPLICATES_DETECTED": True,
    "DUPLICATE_VALUE": True,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": True,
    "FIELD_INTEGRITY_EXCEPTION": True,
    "INVALID_EMAIL_ADDRESS": True,
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": True,
    "NUMBER_OUTSIDE_VALID_RANGE": True,
    "REQUIRED_FIELD_MISSING": True,
    "STRING_TOO_LONG": True,
    "APEX_ERROR": None,
    "CANNOT_EXECUTE_FLOW_TRIGGER": None,
    "DELETE_FAILED": None,
    "ENTITY_IS_DELETED": None,
    "HTTP_503": None,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": None,
    "INVALID_CROSS_REFERENCE_KEY": None,
    "INVALID_SESSION_ID": None,
    "MALFORMED_QUERY": None,
    "NOT_SUPPORTED_BY_EMBEDDED_ORG": None,
    "PROCESSING_HALTED": None,
    "REQUEST_LIMIT_EXCEEDED": None,
    "SERVER_UNAVAILABLE": None,
    "STORAGE_LIMIT_EXCEEDED": None,
    "UNABLE_TO_LOCK_ROW": None,
    "UNKNOWN_EXCEPTION": None,
    "": None,
}


@pytest.mark.parametrize("code", CODES)
def test_code_tells_denial_business_failure_or_neither(code: str) -> None:
    outcome = of_error(ApiError(status=400, code=code, message="text"))
    assert outcome.allowed is CODES[code]
    assert outcome.code == code
    assert bool(outcome.note) is (outcome.allowed is not False)


@given(
    code=st.sampled_from(sorted(CODES)),
    message=st.sampled_from(
        ["insufficient access rights", "REQUIRED_FIELD_MISSING", "accès insuffisant", ""]
    ),
    status=st.sampled_from([200, 400, 403, 404, 500]),
)
def test_neither_text_nor_status_changes_the_verdict(code: str, message: str, status: int) -> None:
    assert of_error(ApiError(status=status, code=code, message=message)).allowed is CODES[code]


@given(code=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", max_size=40))
def test_unknown_code_proves_nothing(code: str) -> None:
    assert of_error(ApiError(status=400, code=code, message="")).allowed is CODES.get(code)
