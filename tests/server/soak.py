"""A minute of a hundred clients, by hand: ``python tests/server/soak.py [seconds] [clients]``.

Fails on a wrong answer, a thread or file that is left, or memory that keeps growing.
"""

import os
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from server_load import build_org, drive

from pytest_sfintegration.embedded.server import serve
from pytest_sfintegration.sfdx.facts import standard_objects, user_permissions
from pytest_sfintegration.sfdx.model import Source


def main(seconds: float, clients: int) -> int:
    source = replace(Source(), objects=standard_objects(), user_permissions=frozenset(user_permissions()))
    org = build_org(source, clients)
    threads, files = threading.active_count(), _open_files()
    begin = time.perf_counter()
    with serve(org) as server:
        print(f"{clients} clients on {server.base_url} for {seconds:g} s", flush=True)
        tally = drive(server, org, clients=clients, seconds=seconds)
    calls = sum(tally.calls.values())
    print(f"{calls} calls, {calls / (time.perf_counter() - begin):.0f} a second: {dict(tally.calls)}")
    print(f"slowest round {tally.slowest * 1000:.0f} ms; resident {_resident()} MB")
    left = (threading.active_count() - threads, _open_files() - files)
    print(f"left behind: {left[0]} threads, {left[1]} files; wrong: {len(tally.wrong)}")
    print("\n".join(tally.wrong[:10]))
    return int(bool(tally.wrong) or left[0] > 0 or left[1] > 0)


def _open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def _resident() -> int:
    statm = Path("/proc/self/statm")
    if not statm.is_file():
        return 0
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


if __name__ == "__main__":
    numbers = [float(each) for each in sys.argv[1:]]
    sys.exit(main(numbers[0] if numbers else 60.0, int(numbers[1]) if len(numbers) > 1 else 100))
