"""What the org keeps of bulk jobs."""

from datetime import datetime

from pytest_sfintegration.embedded.bulk.classic_job import ClassicJob
from pytest_sfintegration.embedded.bulk.ingest_job import IngestJob
from pytest_sfintegration.embedded.bulk.jobs import JobHead, JobIds, Jobs
from pytest_sfintegration.embedded.bulk.query_job import QueryJob
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.values import datetime_text

__all__ = ["Bulk"]

_JOB = "750"


class Bulk:
    """The jobs of Bulk API 2.0 (ingest, query) and of Bulk API."""

    def __init__(self) -> None:
        self.ids = JobIds()
        self.ingest: Jobs[IngestJob] = Jobs()
        self.query: Jobs[QueryJob] = Jobs()
        self.classic: Jobs[ClassicJob] = Jobs()

    def head(self, call: Call, now: datetime) -> JobHead:
        """Return the head of a new job of the running user."""
        return JobHead(
            id=self.ids.next(_JOB),
            owner_id=call.user.person.id,
            created=datetime_text(now.replace(microsecond=0)),
            version=call.version,
        )
