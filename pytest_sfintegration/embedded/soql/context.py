"""What a query is run with, and what comes back."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

__all__ = ["QueryContext", "QueryResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryContext:
    """The circumstances of one query.

    ``now`` is UTC, and so are the running user's days (*assumed*: the user's time zone is GMT).
    ``fiscal_year_start`` is the month (1 to 12). ``data_url`` stands before ``/sobjects`` in the URLs of
    records. ``include_deleted`` is the queryAll resource's.
    """

    user_id: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    fiscal_year_start: int = 1
    data_url: str = "/services/data/v59.0"
    include_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """The answer: the number of rows and the records as JSON-ready dictionaries, ``attributes`` first.

    ``touched`` names FOR VIEW and FOR REFERENCE, whose effect on recently viewed data is the org's to record.
    """

    total_size: int
    records: list[dict[str, Any]]
    touched: tuple[str, ...] = ()
