"""Refusals of the embedded org: what a REST error says, before it is put on the wire."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["ApiError", "NotSupportedError", "OrgError"]


class OrgError(Exception):
    """The embedded org cannot be built, or is asked for something that it does not have."""


class ApiError(Exception):
    """One REST error: recorded shape ``[{message, errorCode[, fields]}]`` (case crud.unknown.sobject_get)."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Sequence[str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = None if fields is None else list(fields)
        self.headers = dict(headers or {})

    def body(self) -> list[dict[str, Any]]:
        """Return the JSON array of a REST answer."""
        entry: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = list(self.fields)
        return [entry]

    def item(self) -> dict[str, Any]:
        """Return the error of an sObject Collections item.

        ``statusCode`` instead of ``errorCode`` (recorded).
        """
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}


class NotSupportedError(ApiError):
    """Something that the embedded org does not model and that could change the answer.

    Never passed silently.
    """

    CODE = "NOT_SUPPORTED_BY_EMBEDDED_ORG"

    def __init__(self, what: str) -> None:
        super().__init__(501, self.CODE, f"not supported by the embedded org: {what}")
