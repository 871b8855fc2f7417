"""``/limits`` and ``/limits/recordCount``."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.view import not_found
from pytest_sfintegration.embedded.wire import Response
from pytest_sfintegration.sfdx.model import Governance

__all__ = ["limits"]


def limits(call: Call) -> Response:
    """Answer the limits resources; only the API calls are counted, the other figures stand still.

    Assumed.
    """
    if call.method not in {"GET", "HEAD"}:
        raise method_not_allowed(call.method, "HEAD,GET")
    if len(call.segments) == 1:
        most = call.world.organization.api_limit
        return ok(
            {
                "DailyApiRequests": {"Max": most, "Remaining": max(0, most - call.world.calls)},
                "DailyBulkApiBatches": {"Max": 15000, "Remaining": 15000},
                "DailyBulkV2QueryJobs": {"Max": 10000, "Remaining": 10000},
                "DataStorageMB": {"Max": 5, "Remaining": 5},
                "FileStorageMB": {"Max": 20, "Remaining": 20},
            }
        )
    if len(call.segments) == 2 and call.segments[1].lower() == "recordcount":
        return _record_count(call)
    raise not_found()


def _record_count(call: Call) -> Response:
    """Return counts that ignore sharing: recorded (count 1 while the query shows 0 rows)."""
    if "sObjects" not in call.params:
        raise NotSupportedError("recordCount of all objects: name them in sObjects=")
    counts = []
    for name in call.params["sObjects"].split(","):
        view = call.user.object(name.strip())
        if view is None:
            continue
        if view.definition.governance is Governance.SETUP:
            number = len(call.world.setup.rows(view.name))
        else:
            table = call.world.storage.table(view.name)
            number = len(table.rows) - table.deleted
        counts.append({"count": number, "name": view.name})
    return ok({"sObjects": counts})
