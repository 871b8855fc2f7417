"""The rows of what must be refused, and of the setup entities that may be granted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pytest_sfintegration.matrix.aspects import Aspect
from pytest_sfintegration.matrix.blocked_rules import request_key
from pytest_sfintegration.matrix.model import Matrix, RequestRule, SetupEntities
from pytest_sfintegration.matrix.slugs import slugs
from pytest_sfintegration.rights import Location, Operation

__all__ = ["BlockedEntityRow", "QueryRow", "RequestRow", "SetupEntitiesRow", "refusal_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRow:
    """A query that must be refused. ``slug`` is its name in the id."""

    aspect: ClassVar[Aspect] = Aspect.BLOCKED
    integration: str
    at: Location
    soql: str
    slug: str

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return f"blocked-query-{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request that must be refused. ``slug`` is its name in the id."""

    aspect: ClassVar[Aspect] = Aspect.BLOCKED
    integration: str
    at: Location
    rule: RequestRule
    slug: str

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return f"blocked-request-{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedEntityRow:
    """A setup entity that must not be granted; ``kind`` is a word: ``Apex class``."""

    aspect: ClassVar[Aspect] = Aspect.BLOCKED
    integration: str
    at: Location
    kind: str
    name: str

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return f"blocked-{self.kind.replace(' ', '-').lower()}-{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupEntitiesRow:
    """The setup entities that are granted; every other one must not be.

    ``readable`` are the objects that the matrix lets the user read, types among them.
    """

    aspect: ClassVar[Aspect] = Aspect.SETUP_ENTITIES
    integration: str
    at: Location
    allowed: SetupEntities
    readable: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The stable name of the row."""
        return "setup-entities"


def refusal_rows(matrix: Matrix) -> Iterator[QueryRow | RequestRow | BlockedEntityRow | SetupEntitiesRow]:
    """Yield the rows in the order of the file's keys."""
    blocked = matrix.blocked
    integration = matrix.integration
    queries = [" ".join(each.name.split()) for each in blocked.queries]
    for named, slug in zip(blocked.queries, slugs(queries), strict=True):
        yield QueryRow(integration=integration, at=named.at, soql=named.name.strip(), slug=slug)
    requests = [request_key(rule) for rule in blocked.requests]
    for rule, slug in zip(blocked.requests, slugs(requests), strict=True):
        yield RequestRow(integration=integration, at=rule.at, rule=rule, slug=slug)
    for kind, names in blocked.setup_entities.by_kind().items():
        for named in names:
            yield BlockedEntityRow(integration=integration, at=named.at, kind=kind, name=named.name)
    if matrix.setup_entities is not None:
        at = matrix.setup_entities_at or matrix.user.at
        readable = frozenset(name for name, rule in matrix.objects.items() if Operation.READ in rule.access)
        yield SetupEntitiesRow(
            integration=integration, at=at, allowed=matrix.setup_entities, readable=readable
        )
