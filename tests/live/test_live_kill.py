"""A run that is killed in the middle, and the sweep after it."""

import pytest
from kill_points import Point, die_at

TRIAL = 10
"""The number of the request that tries to create as the integration user."""

CREATES = TRIAL + 1
"""The number of the request that makes the records of the probes."""


@pytest.mark.parametrize(
    ("point", "leaves"),
    [
        (Point(request=TRIAL, processed=True, answered=False), True),
        (Point(request=TRIAL, processed=True, answered=False, kept=True), True),
        (Point(request=CREATES, processed=True, answered=False), True),
        (Point(request=CREATES, processed=False, answered=False), True),
        (Point(request=CREATES + 1, processed=True, answered=False), True),
        (Point(request=CREATES + 2, processed=True, answered=True), True),
        (Point(request=CREATES + 3, processed=False, answered=False), True),
        (Point(request=3, processed=True, answered=False), False),
    ],
)
def test_sweep_removes_what_a_killed_run_left_and_nothing_else(point: Point, leaves: bool) -> None:
    death = die_at(point)
    assert death.killed
    assert (death.left_by_kill > 0) is leaves
    assert death.left_by_sweep == 0
    assert death.foreign_untouched
    assert death.swept == 0
