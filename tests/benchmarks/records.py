"""SOQL over many records as a user whom sharing shows a part of them.

``python -m tests.benchmarks.records [records]``. Each query is timed in turns with a yardstick: one plain
pass over the same rows. The first time of a query includes what is kept for later ones.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.embedded.storage import Table
from pytest_sfintegration.embedded.wire import Request
from pytest_sfintegration.sfdx import project
from tests.benchmarks.projects import write_hierarchy

TEAMS, TEAM = 10, 20
RECORDS = 1_000_000
MANAGER = "manager3@example.com"
QUERIES = (
    "SELECT COUNT() FROM Deal__c",
    "SELECT COUNT() FROM Deal__c WHERE Stage__c = 'Stage 3'",
    "SELECT COUNT() FROM Deal__c WHERE Stage__c IN ('Stage 3', 'Stage 4') AND Amount__c > 500",
    "SELECT COUNT() FROM Deal__c WHERE Amount__c > 900",
    "SELECT COUNT() FROM Deal__c WHERE Name LIKE 'deal 12%'",
    "SELECT COUNT() FROM Deal__c WHERE Name LIKE '%77%'",
    "SELECT Stage__c, COUNT(Id) FROM Deal__c GROUP BY Stage__c",
    "SELECT Id, Name FROM Deal__c ORDER BY Amount__c DESC, Name LIMIT 10",
    "SELECT Id, Name FROM Deal__c WHERE Stage__c = 'Stage 3' LIMIT 10",
)
LINES = ("SELECT COUNT() FROM Line__c", "SELECT COUNT() FROM Line__c WHERE Quantity__c > 900")
_ROUNDS = 7


def main() -> None:
    """Load the records, then ask as the manager of a tenth of them, as the chief of all, and as the auditor.

    He is given a tenth by a sharing rule. The last queries are of details, which their masters control.
    """
    number = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as name:
        org = _org(Path(name))
    # What a process does once, as the import of SOQL, is no part of a query of these records.
    _ask(org, org.login_token(MANAGER), QUERIES[0])
    before, start = _memory(), time.perf_counter()
    _load(org, number)
    seconds = time.perf_counter() - start
    print(f"{number} records loaded in {seconds:.2f} s, {_memory() - before:.0f} MB")
    rows = list(org.world.storage.table("Deal__c").rows.values())
    users = (MANAGER, "chief@example.com", "auditor@example.com")
    for username in users:
        print(username)
        for query in QUERIES:
            _measure(org, username, query, rows)
    print(f"{_memory() - before:.0f} MB with what is kept for later queries")
    _load_lines(org)
    for username in users:
        print(username)
        for query in LINES:
            _measure(org, username, query, rows)


def _org(folder: Path) -> EmbeddedOrg:
    write_hierarchy(folder, teams=TEAMS)
    people = [
        ("chief", "Chief"),
        ("auditor", "Auditor"),
        *((f"manager{team}", f"Manager{team}") for team in range(TEAMS)),
    ]
    people += [(f"seller{team}.{each}", f"Seller{team}") for team in range(TEAMS) for each in range(TEAM)]
    return EmbeddedOrg(
        project.load_many((folder,)),
        [
            UserSpec(
                username=f"{name}@example.com",
                profile="Minimum Access - API Only Integrations",
                role=role,
                permission_sets=("Deals",),
            )
            for name, role in people
        ],
    )


def _load(org: EmbeddedOrg, number: int) -> None:
    storage = org.world.storage
    table: Table = storage.table("Deal__c")
    sellers = [one.id for one in org.world.people.all() if one.spec.username.startswith("seller")]
    for record in _records(org, sellers, number):
        table.put(record)
    storage.commit()


def _records(org: EmbeddedOrg, sellers: list[str], number: int) -> Iterator[dict[str, object]]:
    now = "2026-01-01T00:00:00.000+0000"
    stages = [f"Stage {each}" for each in range(10)]
    for index in range(number):
        owner = sellers[index % len(sellers)]
        yield {
            "Id": org.world.storage.ids.next("Deal__c"),
            "Name": f"Deal {index}",
            "OwnerId": owner,
            "CreatedById": owner,
            "CreatedDate": now,
            "IsDeleted": False,
            "Stage__c": stages[index * 7 % 10],
            "Amount__c": float(index * 31 % 1000),
        }


def _load_lines(org: EmbeddedOrg) -> None:
    storage = org.world.storage
    table: Table = storage.table("Line__c")
    for index, deal in enumerate(list(storage.table("Deal__c").rows)):
        table.put(
            {
                "Id": storage.ids.next("Line__c"),
                "Name": f"Line {index}",
                "IsDeleted": False,
                "Deal__c": deal,
                "Quantity__c": float(index * 31 % 1000),
            }
        )
    storage.commit()


def _measure(org: EmbeddedOrg, username: str, query: str, rows: list[dict[str, object]]) -> None:
    token = org.login_token(username)
    times: list[float] = []
    passes: list[float] = []
    size = -1
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        size = _ask(org, token, query)
        middle = time.perf_counter()
        sum([1 for row in rows if row["Amount__c"] == 1])
        times.append(middle - start)
        passes.append(time.perf_counter() - middle)
    later, yardstick = statistics.median(times[1:]), statistics.median(passes)
    print(
        f"  {later * 1000:7.1f} ms {later / yardstick:6.2f} x  first {times[0] * 1000:6.0f} ms"
        f"  {size:8} of {query}  (at most 50 ms)"
    )


def _ask(org: EmbeddedOrg, token: str, query: str) -> int:
    response = org.handle(
        Request(
            method="GET",
            path="/services/data/v67.0/query",
            query=f"q={query.replace('%', '%25').replace(' ', '+')}",
            headers={"authorization": f"Bearer {token}"},
            body=b"",
        )
    )
    if response.status != 200:
        raise SystemExit(str(response.payload))
    return int(response.payload["totalSize"])


def _memory() -> float:
    """Return the resident memory in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
