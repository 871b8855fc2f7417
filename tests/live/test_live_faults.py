"""Whatever goes wrong, and whenever: no record left, no wrong green, no wrong red, and words for it.

``SFINTEGRATION_ALL_FAULTS=1`` tries every fault at every call; else each is tried at a few calls that change
from fault to fault, so that every phase is met.
"""

import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from live_faults import KINDS, LOGIN, TIMEOUT, from_then_on, keeping, once_at
from live_run import Outcome, judge, live_target, truth
from live_server import LiveServer

from pytest_sfintegration.orgs.live.sweeping import sweep

CALLS = 28
"""Requests of the run without faults, log-ins included."""

REFUSALS = {
    "429",
    "429 for an hour",
    "lock",
    "daily limit",
    "login page",
    "moved",
    "API off",
    "revoked",
    "503",
}
"""Faults that say that nothing was done."""

CREATE = 8
"""The first request that makes a record."""

EVERY = bool(os.environ.get("SFINTEGRATION_ALL_FAULTS"))
NAMES = list(KINDS)


def calls_of(name: str) -> list[int]:
    if EVERY:
        return list(range(CALLS))
    late = [CREATE] if name == "slow before" else []
    return [*range(NAMES.index(name) % 12, CALLS, 12), *late]


def is_true(outcome: Outcome) -> None:
    """What was told is true; what was not told says so."""
    found, right = outcome.found(), truth().found()
    for row, verdicts in found.items():
        if row in outcome.undecided():
            assert verdicts <= right[row], row
        else:
            assert verdicts == right[row], row


def says(outcome: Outcome, words: tuple[str, ...]) -> None:
    assert any(one in outcome.words() for one in (*words, *LOGIN)), outcome.words()[:2000]
    assert "00DEm0000000001!" not in outcome.words()


def test_run_without_faults_has_the_calls_that_are_tried(served: LiveServer, tmp_path: Path) -> None:
    target = live_target(served, tmp_path)
    assert judge(target).found() == truth().found()
    assert target.close() == []
    assert len(served.log) == CALLS


@pytest.mark.parametrize("name", NAMES)
def test_fault_that_happens_once(served: LiveServer, tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    for index in calls_of(name):
        target = live_target(served, tmp_path, timeout=TIMEOUT)
        served.fault = once_at(index, kind.fault)
        outcome = judge(target)
        served.fault = None
        if target.close():  # a create may still be under way: it is told of, and found by a sweep
            assert name not in REFUSALS
            time.sleep(2 * TIMEOUT if name == "slow before" else 0)
            after = live_target(served, tmp_path)
            sweep(after.sweeper(), tmp_path / "journal", org_id=after.organization.id)
        assert served.records() == {}, index
        is_true(outcome)
        if outcome.undecided():
            says(outcome, kind.words)


@pytest.mark.parametrize("name", NAMES)
def test_fault_that_stays(served: LiveServer, tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    for index in calls_of(name) if EVERY else calls_of(name)[1:2]:
        target = live_target(served, tmp_path, timeout=TIMEOUT)
        served.fault = from_then_on(index, kind.fault)
        outcome = judge(target)
        left = target.close()
        served.fault = None
        is_true(outcome)
        if outcome.undecided():
            says(outcome, kind.words)
        if served.records():
            assert left, "records are left and nobody was told"
            assert any("sfintegration sweep sandbox" in line for line in left)
        after = live_target(served, tmp_path)
        sweep(after.sweeper(), tmp_path / "journal", org_id=after.organization.id)
        assert served.records() == {}, index


READS_ONCE = ["500 before", "503", "drop before", "drop after", "truncated", "half JSON", "expired session"]


@pytest.mark.parametrize("name", READS_ONCE)
def test_fault_at_a_read_is_overcome(served: LiveServer, tmp_path: Path, name: str) -> None:
    for index in (1, 3, 6):
        target = live_target(served, tmp_path, timeout=TIMEOUT)
        served.fault = once_at(index, KINDS[name].fault)
        assert judge(target).found() == truth().found()
        served.fault = None
        assert target.close() == []
    assert served.records() == {}


def test_create_whose_answer_is_lost_is_found_by_its_marker_and_removed(
    served: LiveServer, tmp_path: Path
) -> None:
    target = live_target(served, tmp_path)
    before = served.org.world.storage
    made: list[int] = []

    def lose(request, process):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        answer = process()
        if request.method == "POST" and request.path.endswith("/composite/sobjects"):
            made.append(sum(served.records().values()))
            return None
        return answer

    served.fault = lose
    outcome = judge(target)
    served.fault = None
    assert before is served.org.world.storage
    assert made == [made[0]]
    assert made[0] > 0, "the org made records whose answer was lost"
    says(outcome, ("whether it was done is unknown, so it is not repeated",))
    assert target.close() == []
    assert served.records() == {}


@pytest.mark.parametrize("answered", [True, False])
def test_probe_that_the_org_keeps_is_removed(served: LiveServer, tmp_path: Path, answered: bool) -> None:
    target = live_target(served, tmp_path)
    kept: list[dict[str, int]] = []

    def keep(request, process):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        if not request.path.endswith("/composite/graph"):
            return process()
        before = served.records()
        answer = keeping(served, request)
        kept.append({name: n - before.get(name, 0) for name, n in served.records().items()})
        return answer if answered else None

    served.fault = keep
    outcome = judge(target)
    served.fault = None
    assert sum(kept[0].values()) >= 3
    left = target.close()
    assert served.records() == {}
    if answered:
        assert left == []
        assert outcome.found() == truth().found()
        assert not list((tmp_path / "journal").glob("*.jsonl"))
    else:  # what could not be made is still waited for: nobody answered
        says(outcome, ("whether it was done is unknown, so it is not repeated",))
        waiting = [line for line in left if "never answered" in line]
        assert not any(name in line for line in waiting for name, n in kept[0].items() if n)
        is_true(outcome)


def test_create_that_may_still_arrive_keeps_its_journal(served: LiveServer, tmp_path: Path) -> None:
    target = live_target(served, tmp_path)

    def lose(request, process):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        if request.method == "POST" and request.path.endswith("/composite/sobjects"):
            return None
        return process()

    served.fault = lose
    judge(target)
    served.fault = None
    left = target.close()
    assert left
    assert all("sweep again ten minutes after it" in line for line in left)
    journal = next((tmp_path / "journal").glob("*.jsonl"))
    old = (datetime.now(UTC) - timedelta(minutes=11)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join(re.sub(r'"at": "[^"]*"', f'"at": "{old}"', line) for line in lines) + "\n")
    after = live_target(served, tmp_path)
    sweep(after.sweeper(), tmp_path / "journal", org_id=after.organization.id)
    assert not list((tmp_path / "journal").glob("*.jsonl"))
