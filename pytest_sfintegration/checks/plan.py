"""The API calls that judging some rows takes, told before any is made.

Calls are counted as ``orgs.client`` splits them. What nobody can know beforehand comes on top: pages beyond
the first, parents of the records that are made, custom settings among the objects, and the second look after
a surprise.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from pytest_sfintegration.access import leaks, requests, setup_entities
from pytest_sfintegration.access.blocked_evidence import BlockedNeeds, RequestNeed
from pytest_sfintegration.access.enforced import GRAPHS_PER_CALL
from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.access.gather import Need
from pytest_sfintegration.access.routes import MOST_PATHS, RouteKind
from pytest_sfintegration.checks.blocked_needs import blocked_needs
from pytest_sfintegration.checks.run import needs_of
from pytest_sfintegration.matrix.expectations import ChecklistRow, RecordRow, Row
from pytest_sfintegration.orgs.client import query_path
from pytest_sfintegration.orgs.packing import (
    BATCH_SIZE,
    COLLECTION_SIZE,
    COLLECTION_TYPE_RUNS,
    COLLECTIONS_PER_CALL,
    calls_for,
)

__all__ = ["planned_calls"]

_TABLE_QUERIES = 6
_GROUP_QUERIES = 5
_LOOKS_AT_RECORDS = 6
"""Kinds of looks at records: access, query, sight, values, writes, deletes."""

_TYPE_CALLS = 3
"""Names, grants and unassigned grants of custom metadata types under ``objects``."""

_SHARING_QUERIES = 4
_APART = 2
"""Kinds of routes that are in no batch with others: collections GET and UI API object-info."""

_FIRST = BATCH_SIZE - _TABLE_QUERIES - 3
"""Describes that fit into the first call, beside the tables, their own two describes and the global one."""


def planned_calls(rows: Sequence[Row], levels: Sequence[Level], *, root: str) -> Mapping[str, int]:
    """Return the calls by purpose, the most that they can be without surprises; no org is asked.

    ``root``: the path of the API version, ``/services/data/v62.0``.
    """
    rows = list(rows)
    checklist = [row for row in rows if isinstance(row, ChecklistRow)]
    rights = [row for row in rows if not isinstance(row, ChecklistRow)]
    return {**_rights(rights, levels, root), **_checklist(checklist)}


def _checklist(rows: Sequence[ChecklistRow]) -> Mapping[str, int]:
    if not rows:
        return {}
    from pytest_sfintegration.checks.checklist.run import planned  # noqa: PLC0415 - few matrices have one

    return planned(rows)


def _rights(rows: Sequence[Row], levels: Sequence[Level], root: str) -> Mapping[str, int]:
    if not rows:
        return {}
    counts = Counter({"nearest grants": 2 * calls_for(2)})
    counts.update(_gathering(rows, levels))
    records = [row for row in rows if isinstance(row, RecordRow)]
    if records and Level.DESCRIBED in levels:
        counts.update(_records(len(records)))
    counts.update(_blocked(blocked_needs(rows, levels), levels, root))
    return {purpose: calls for purpose, calls in counts.items() if calls}


def _gathering(rows: Sequence[Row], levels: Sequence[Level]) -> Mapping[str, int]:
    needs = needs_of(rows)
    with_fields = sum(1 for one in needs if one.by_field)
    deep = [one for one in needs if one.by_field or Level.ENFORCED in levels]
    types = any(one.object.endswith("__mdt") for one in needs)
    counts = Counter(
        {
            "permission tables": 1 + calls_for(_GROUP_QUERIES) + bool(with_fields),
            "describe": calls_for(max(0, len(deep) - _FIRST)),
            setup_entities.PURPOSE: _TYPE_CALLS if types else 0,
        }
    )
    if Level.DESCRIBED in levels:
        counts["describe"] += calls_for(1 + with_fields)
    if Level.ENFORCED in levels:
        count = len(needs)
        reads = count + sum(len(one.hidden) for one in needs)
        made = sum(1 for one in needs if one.operations)
        counts["probes"] = (
            calls_for(reads)
            + calls_for(made, GRAPHS_PER_CALL)
            + _made(count)
            + calls_for(count)
            + calls_for(sum(1 for one in needs if one.fields))
            + _changed(needs)
        )
        counts["clean-up"] = calls_for(2 * count, COLLECTION_SIZE)
    return counts


def _made(count: int) -> int:
    """Return the calls that making a record of each of so many objects takes."""
    return calls_for(calls_for(count, COLLECTION_TYPE_RUNS), COLLECTIONS_PER_CALL)


def _changed(needs: Sequence[Need]) -> int:
    """Return the most calls that editing and deleting a record of each object takes.

    Collections take fewer, but nobody knows yet which objects the user sees.
    """
    writes = sum(2 for one in needs if one.operations) + sum(1 for one in needs if one.fields)
    return calls_for(writes)


def _records(count: int) -> Mapping[str, int]:
    return {
        "describe": 2 * calls_for(count),
        "owners": calls_for(count),
        "records": 2 * _made(count),
        "search": calls_for(count),
        "record access": _LOOKS_AT_RECORDS * calls_for(count),
        "sharing reasons": calls_for(_SHARING_QUERIES + count) + calls_for(count),
        "clean-up": calls_for(2 * count, COLLECTION_SIZE),
    }


def _blocked(needs: BlockedNeeds, levels: Sequence[Level], root: str) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    if needs.kinds:
        flows = int("flow" in needs.kinds)
        counts[setup_entities.PURPOSE] = (
            calls_for(len(needs.kinds) - flows) + flows + calls_for(1) + calls_for(len(needs.wanted))
        )
    sent = [one for one in needs.requests if requests.sendable(one, levels)]
    counts[requests.PURPOSE] = _sent(sent, root)
    controls = [each for one in sent for each in requests.controls_of(one)]
    counts[requests.CONTROLS] = _sent(controls, root) + sum(1 for one in sent if one.writes)
    if any(one.writes for one in sent):
        counts["clean-up"] = calls_for(len(sent), COLLECTION_SIZE)
    if needs.leaks:
        count = len(needs.leaks)
        routes = count * (len(RouteKind) - _APART + MOST_PATHS)
        counts["describe"] = 2 * calls_for(count)
        counts[leaks.PURPOSE] = (
            calls_for(count)
            + calls_for(count)
            + _made(count)
            + calls_for(count)
            + 2 * calls_for(routes)
            + 2 * calls_for(count, COLLECTIONS_PER_CALL)
            + 2 * calls_for(count, leaks.OBJECT_INFOS_PER_CALL)
        )
        counts["clean-up"] += calls_for(2 * count, COLLECTION_SIZE)
    return counts


def _sent(needs: Sequence[RequestNeed], root: str) -> int:
    """Return the calls that sending takes: those that may share one, and the others each alone."""
    paths = [one.path if one.soql is None else query_path(one.soql) for one in needs]
    together = sum(1 for path in paths if requests.batchable(path, root))
    return calls_for(together) + len(paths) - together
