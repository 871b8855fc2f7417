"""The jobs of the org, by id; a job is seen by its owner and nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pytest_sfintegration.embedded.ids import to_18

__all__ = ["JobHead", "JobIds", "Jobs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHead:
    """Who made a job, when, and under which version; the times are as REST prints them."""

    id: str
    owner_id: str
    created: str
    version: str


class _HasHead(Protocol):
    @property
    def head(self) -> JobHead: ...


_Job = TypeVar("_Job", bound=_HasHead)


class JobIds:
    """Hands out the ids of jobs (750), batches (751) and results (752): prefixes as recorded by use."""

    def __init__(self) -> None:
        self._counters: dict[str, int] = {}

    def next(self, prefix: str) -> str:
        """Return the next id of a prefix."""
        number = self._counters.get(prefix, 0) + 1
        self._counters[prefix] = number
        return to_18(f"{prefix}Em{number:010d}")


class Jobs(Generic[_Job]):
    """Jobs of one kind."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}

    def put(self, job: _Job) -> _Job:
        """Keep a job, in place of its former state."""
        self._jobs[job.head.id] = job
        return job

    def find(self, job_id: str | None, owner_id: str) -> _Job | None:
        """Return a job of its owner by 18-character id (assumed: other users do not see it)."""
        found = self._jobs.get(job_id or "")
        return found if found is not None and found.head.owner_id == owner_id else None

    def of(self, owner_id: str) -> Iterator[_Job]:
        """Return every job of a user, oldest first."""
        return (job for job in self._jobs.values() if job.head.owner_id == owner_id)

    def drop(self, job: _Job) -> None:
        """Forget a job."""
        del self._jobs[job.head.id]
