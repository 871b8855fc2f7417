"""A job that writes records: Bulk API 2.0."""

from dataclasses import dataclass, replace

from pytest_sfintegration.embedded.bulk.columns import check_columns
from pytest_sfintegration.embedded.bulk.csv_text import CsvError, Dialect, Table, read_table, write_table
from pytest_sfintegration.embedded.bulk.jobs import JobHead
from pytest_sfintegration.embedded.bulk.load import Outcome, Plan, load, only_ids, record_of
from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.rest.call import Call

__all__ = ["IngestJob", "run"]

_DELETING = frozenset({"delete", "hardDelete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestJob:
    """An ingest job; ``table`` and ``outcomes`` are there once it has run."""

    head: JobHead
    plan: Plan
    dialect: Dialect
    state: str = "Open"
    data: bytes | None = None
    table: Table | None = None
    outcomes: tuple[Outcome, ...] = ()
    error_message: str = ""

    @property
    def failed(self) -> int:
        """Return the number of records that were refused."""
        return sum(1 for each in self.outcomes if each.refused is not None)

    def successful_results(self) -> bytes:
        """Return the file of the records that were written: sf__Id, sf__Created and what was sent."""
        rows = [
            (each.id, str(each.created).lower(), *row) for each, row in self._paired() if each.refused is None
        ]
        return write_table(("sf__Id", "sf__Created", *self._header()), rows, self.dialect)

    def failed_results(self) -> bytes:
        """Return the file of the records that were refused: sf__Id, sf__Error and what was sent."""
        rows = [
            (self._sent_id(row), each.error, *row) for each, row in self._paired() if each.refused is not None
        ]
        return write_table(("sf__Id", "sf__Error", *self._header()), rows, self.dialect)

    def unprocessed_records(self) -> bytes:
        """Return what was sent and never looked at: all of a failed or aborted job."""
        if self.table is not None:
            return write_table(self.table.header, (), self.dialect)
        return self.data or b""

    def _header(self) -> tuple[str, ...]:
        return () if self.table is None else self.table.header

    def _paired(self) -> list[tuple[Outcome, tuple[str, ...]]]:
        rows = () if self.table is None else self.table.rows
        return list(zip(self.outcomes, rows, strict=True))

    def _sent_id(self, row: tuple[str, ...]) -> str:
        """Return the id that a refused record was sent with (assumed: empty for an insert)."""
        pairs = zip(self._header(), row, strict=True)
        return next((value for name, value in pairs if name.lower() == "id"), "")


def run(call: Call, job: IngestJob) -> IngestJob:
    """Run a job, each record by itself; a file that cannot be read fails the job.

    The refusal of a delete with more columns than Id is recorded
    (forcedotcom/SFDX-Data-Move-Utility issue 325); so is that of a column that is not there.
    """
    try:
        table = _table(call, job)
    except CsvError as wrong:
        return replace(job, state="Failed", error_message=str(wrong))
    outcomes = tuple(_one(call, job, table, row) for row in table.rows)
    return replace(job, state="JobComplete", table=table, outcomes=outcomes)


def _table(call: Call, job: IngestJob) -> Table:
    table = read_table(job.data or b"", job.dialect)
    if job.plan.operation in _DELETING and not only_ids(table.header):
        raise CsvError(f"InvalidBatch : The '{job.plan.operation}' batch must contain only ids.")
    check_columns(call, job.plan, table.header)
    return table


def _one(call: Call, job: IngestJob, table: Table, row: tuple[str, ...]) -> Outcome:
    try:
        record = record_of(table.header, row)
    except ApiError as refused:
        return Outcome(refused=refused)
    return load(call, job.plan, record)
