"""A run that is there to be killed: ``python kill_child.py YAML JOURNAL``."""

import sys
from pathlib import Path

from live_run import judge

from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.live.entries import find_entry
from pytest_sfintegration.orgs.live.shared import Shared
from pytest_sfintegration.orgs.live.target import LiveSettings, LiveTarget

file, journal = map(Path, sys.argv[1:])
target = LiveTarget(
    entry=find_entry("sandbox", file),
    settings=LiveSettings(journal=journal),
    budget=Budget(),
    shared=Shared(),
)
judge(target)
target.close()
