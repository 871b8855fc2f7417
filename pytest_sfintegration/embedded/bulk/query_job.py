"""A job that reads records: Bulk API 2.0."""

from dataclasses import dataclass

from pytest_sfintegration.embedded.bulk.csv_text import Dialect
from pytest_sfintegration.embedded.bulk.jobs import JobHead
from pytest_sfintegration.embedded.bulk.selection import Selection

__all__ = ["QueryJob"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryJob:
    """A query job: run when it is created, with the rights of that moment."""

    head: JobHead
    operation: str
    dialect: Dialect
    selection: Selection
