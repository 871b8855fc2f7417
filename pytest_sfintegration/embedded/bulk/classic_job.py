"""A job of Bulk API with its batches."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_sfintegration.embedded.bulk.columns import check_columns
from pytest_sfintegration.embedded.bulk.csv_text import CsvError, Dialect, read_table
from pytest_sfintegration.embedded.bulk.jobs import JobHead
from pytest_sfintegration.embedded.bulk.load import Outcome, Plan, load, record_of
from pytest_sfintegration.embedded.bulk.selection import Selection, select
from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.rest.call import Call

__all__ = ["QUERIES", "Batch", "ClassicJob", "run_batch"]

QUERIES = frozenset({"query", "queryAll"})
_DELETING = frozenset({"delete", "hardDelete"})
# Documented: a batch holds up to 10,000 records.
_MOST = 10_000
_DIALECT = Dialect(line_ending=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch, run when it was added. ``result_id`` names the result of a query."""

    id: str
    data: bytes
    state: str = "Completed"
    message: str = ""
    outcomes: tuple[Outcome, ...] = ()
    result_id: str | None = None
    selection: Selection | None = None

    @property
    def processed(self) -> int:
        """Return the number of records."""
        return len(self.outcomes) if self.selection is None else len(self.selection.rows)

    @property
    def failed(self) -> int:
        """Return the number of records that were refused."""
        return sum(1 for each in self.outcomes if each.refused is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicJob:
    """A job: CSV or JSON, what it does, its batches in order."""

    head: JobHead
    plan: Plan
    content_type: str
    concurrency: str
    state: str = "Open"
    batches: tuple[Batch, ...] = ()

    def batch(self, batch_id: str | None) -> Batch | None:
        """Return a batch by its 18-character id."""
        return next((each for each in self.batches if each.id == batch_id), None)


def run_batch(call: Call, job: ClassicJob, batch: Batch, *, result_id: str) -> Batch:
    """Run a batch: each record by itself, or the query; what cannot be read or run fails the batch."""
    try:
        if job.plan.operation in QUERIES:
            return replace(batch, result_id=result_id, selection=_select(call, job, batch.data))
        records = _records(call, job, batch.data)
    except CsvError as wrong:
        return replace(batch, state="Failed", message=str(wrong))
    outcomes = tuple(
        Outcome(refused=each) if isinstance(each, ApiError) else load(call, job.plan, each)
        for each in records
    )
    return replace(batch, outcomes=outcomes)


def _select(call: Call, job: ClassicJob, data: bytes) -> Selection:
    """Run the query (community: the stateMessage of one that is refused)."""
    try:
        text = data.decode("utf-8-sig").strip()
        return select(call, text, include_deleted=job.plan.operation == "queryAll")
    except UnicodeDecodeError:
        raise CsvError("ClientInputError : the query is not UTF-8") from None
    except ApiError as refused:
        message = f"InvalidBatch : Failed to process query: {refused.code}: {refused.message}"
        raise CsvError(message) from refused


def _records(call: Call, job: ClassicJob, data: bytes) -> Sequence[Mapping[str, Any] | ApiError]:
    names, records = _from_json(data) if job.content_type == "JSON" else _from_csv(data)
    if len(records) > _MOST:
        raise CsvError(f"InvalidBatch : Records not processed: more than {_MOST} in a batch")
    if job.plan.operation in _DELETING and not all(_only_id(each) for each in records):
        raise CsvError(f"InvalidBatch : The '{job.plan.operation}' batch must contain only ids.")
    check_columns(call, job.plan, names)
    return records


def _only_id(record: Mapping[str, Any] | ApiError) -> bool:
    return not isinstance(record, ApiError) and {name.lower() for name in record} <= {"id", "attributes"}


def _from_csv(data: bytes) -> tuple[Sequence[str], Sequence[Mapping[str, Any] | ApiError]]:
    table = read_table(data, _DIALECT)
    records: list[Mapping[str, Any] | ApiError] = []
    for row in table.rows:
        try:
            records.append(record_of(table.header, row))
        except ApiError as refused:
            records.append(refused)
    return table.header, records


def _from_json(data: bytes) -> tuple[Sequence[str], Sequence[Mapping[str, Any]]]:
    """Return the keys of all records as the columns (assumed: a real org was seen to fail CSV batches so)."""
    try:
        records = json.loads(data)
    except (ValueError, RecursionError):
        raise CsvError("InvalidBatch : Failed to parse JSON") from None
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise CsvError("InvalidBatch : the batch is no JSON list of records")
    return tuple(dict.fromkeys(name for each in records for name in each)), records
