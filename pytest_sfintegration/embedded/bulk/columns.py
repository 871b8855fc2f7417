"""The columns of a batch: all of them have to be there before any record is looked at."""

from collections.abc import Iterator, Sequence

from pytest_sfintegration.embedded.bulk.csv_text import CsvError
from pytest_sfintegration.embedded.bulk.load import Plan
from pytest_sfintegration.embedded.rest.call import Call
from pytest_sfintegration.embedded.view import ObjectView

__all__ = ["check_columns"]

# What a job asks for, whatever else a batch holds; deleting takes Id alone, which is checked elsewhere.
_KEYS = {"update": "Id"}


def check_columns(call: Call, plan: Plan, names: Sequence[str]) -> None:
    """Refuse a batch whole for a column that is not there or hidden, or for want of the one it goes by.

    Raises CsvError with the text of a failed batch (recorded: ForceCLI/force issue 413, jsforce/jsforce issue
    688, amp-labs/connectors pull request 118; without Id: heroku/salesforce-bulk issue 101). That a hidden
    column reads like a missing one is told by users who forgot field-level security (community).
    """
    view = call.user.object(plan.object_name)
    if view is None:
        return
    wrong = next(_missing(view, plan, names), None)
    if wrong is not None:
        raise CsvError(f"InvalidBatch : Field name not found : {wrong}")


def _missing(view: ObjectView, plan: Plan, names: Sequence[str]) -> Iterator[str]:
    yield from (name for name in names if not _known(view, name))
    key = _KEYS.get(plan.operation, plan.external_id)
    if key is not None and key.lower() not in {name.lower() for name in names}:
        yield key


def _known(view: ObjectView, name: str) -> bool:
    """Tell whether a column is a readable field, or a step over a readable lookup (``Parent__r.Ext__c``)."""
    path, dot, _ = name.rpartition(".")
    if dot:
        return path.rpartition(":")[2].lower() in view.parents
    return name == "attributes" or view.field(name) is not None or name.lower() in view.parents
