"""``/limits`` and ``/limits/recordCount``."""

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.view import not_found
from pytest_sfintegration.embedded.wire import Response
from pytest_sfintegration.sfdx.model import Governance

__all__ = ["limits"]


def limits(call: Call) -> Response:
    """Answer the limits resources, to users with View Setup and Configuration.

    REST API Developer Guide, Limits and Record Count. The status, the code and the text of the refusal are
    assumed.
    """
    if call.method not in {"GET", "HEAD"}:
        raise method_not_allowed(call.method, "HEAD,GET")
    known = len(call.segments) == 1 or [each.lower() for each in call.segments[1:]] == ["recordcount"]
    if not known:
        raise not_found()
    if not call.user.person.holds("ViewSetup"):
        raise ApiError(403, "FORBIDDEN", "You do not have the permission View Setup and Configuration")
    return _limits(call) if len(call.segments) == 1 else _record_count(call)


def _limits(call: Call) -> Response:
    """Return the limits; only the API calls are counted, the other figures stand still (assumed).

    Those of storage are shown to users with Manage Users (REST API Developer Guide, Limits).
    """
    most = call.world.organization.api_limit
    found = {
        "DailyApiRequests": {"Max": most, "Remaining": max(0, most - call.world.calls)},
        "DailyBulkApiBatches": {"Max": 15000, "Remaining": 15000},
        "DailyBulkV2QueryJobs": {"Max": 10000, "Remaining": 10000},
    }
    if call.user.person.holds("ManageUsers"):
        found["DataStorageMB"] = {"Max": 5, "Remaining": 5}
        found["FileStorageMB"] = {"Max": 20, "Remaining": 20}
    return ok(found)


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
