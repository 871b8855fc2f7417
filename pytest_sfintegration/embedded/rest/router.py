"""From a path to a resource."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.batch import batch
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.rest.collections import collections
from pytest_sfintegration.embedded.rest.composite import composite
from pytest_sfintegration.embedded.rest.graph import graph
from pytest_sfintegration.embedded.rest.limits import limits
from pytest_sfintegration.embedded.rest.query import query_resource
from pytest_sfintegration.embedded.rest.sobjects import sobjects
from pytest_sfintegration.embedded.rest.tooling import tooling
from pytest_sfintegration.embedded.rest.tree import tree
from pytest_sfintegration.embedded.rest.uiapi import ui_api
from pytest_sfintegration.embedded.view import not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["dispatch"]

# Resources of a real org that are not modelled (api_rest resource list); anything else is not there at all.
_NOT_MODELLED = frozenset(
    """actions analytics appMenu apexrest async chatter commerce connect consent dedupe domino eclair
    emailConnect event externaldatalake featuremetadata folders fsc iot jobs jsonxform knowledgeManagement
    licensing localizedvalue metadata mobile async nouns parameterizedSearch payments platformFormulaBuilder
    process quickActions recent scheduling search search-es serviceTemplates sobjectcollections support tabs
    theme wdc""".lower().split()
)


def _composite(call: Call) -> Response:
    if len(call.segments) == 1:
        if call.method in {"GET", "HEAD"}:
            names = ("batch", "graph", "sobjects", "tree")
            return ok({name: f"{call.base}/composite/{name}" for name in names})
        return composite(call)
    handler = _COMPOSITES.get(call.segments[1].lower())
    if handler is None:
        raise not_found()
    return handler(call)


def _wave(_call: Call) -> Response:
    """Refuse CRM Analytics, which nobody in the embedded org is licensed for.

    Recorded(crud.feature_not_enabled).
    """
    raise ApiError(
        403,
        "FUNCTIONALITY_NOT_ENABLED",
        "This feature is not currently enabled for this user type or org: [Wave]",
    )


_COMPOSITES: Mapping[str, Callable[[Call], Response]] = MappingProxyType(
    {"batch": batch, "graph": graph, "sobjects": collections, "tree": tree}
)
_RESOURCES: Mapping[str, Callable[[Call], Response]] = MappingProxyType(
    {
        "composite": _composite,
        "limits": limits,
        "query": query_resource,
        "queryall": query_resource,
        "sobjects": sobjects,
        "tooling": tooling,
        "ui-api": ui_api,
        "wave": _wave,
    }
)


def dispatch(call: Call) -> Response:
    """Answer a call; every refusal is an ApiError."""
    if not call.segments:
        if call.method not in {"GET", "HEAD"}:
            raise method_not_allowed(call.method, "HEAD,GET")
        names = ("composite", "limits", "query", "queryAll", "sobjects", "tooling", "ui-api")
        identity = f"{call.base_url}/id/{call.world.org_id}/{call.user.person.id}"
        return ok({**{name: f"{call.base}/{name}" for name in names}, "identity": identity})
    first = call.segments[0].lower()
    handler = _RESOURCES.get(first)
    if handler is not None:
        return handler(call)
    if first in _NOT_MODELLED:
        raise NotSupportedError(f"{call.method} /{'/'.join(call.segments)}")
    raise not_found()
