"""From a path to a resource.

The handlers that few runs ask for are imported when they are first asked: they cost as much as a small run.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.batch import batch
from pytest_sfintegration.embedded.rest.call import Call, method_not_allowed, ok
from pytest_sfintegration.embedded.rest.composite import composite
from pytest_sfintegration.embedded.rest.graph import graph
from pytest_sfintegration.embedded.rest.query import query_resource
from pytest_sfintegration.embedded.rest.sobjects import sobjects
from pytest_sfintegration.embedded.view import not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["dispatch"]

# Resources of a real org that are not modelled (api_rest resource list); anything else is not there at all.
# REST API Developer Guide, List Available REST Resources, and Reference.
_NOT_MODELLED = frozenset(
    """actions analytics appMenu apexrest asset-management async async-queries chatter commerce compactLayouts
    connect consent contact-tracing dedupe domino eclair einstein emailConnect event eventSchema
    externaldatalake featuremetadata fingerprint folders fsc graphql iot jsonxform knowledgeManagement
    licensing localizedvalue metadata mobile named-query nouns parameterizedSearch payments
    platformFormulaBuilder prechatForms process quickActions recent scheduling search search-es
    serviceTemplates smartdatadiscovery sobjectcollections support tabs theme tokenizer wdc""".lower().split()
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


def _collections(call: Call) -> Response:
    from pytest_sfintegration.embedded.rest.collections import collections  # noqa: PLC0415 - on first use

    return collections(call)


def _jobs(call: Call) -> Response:
    from pytest_sfintegration.embedded.bulk.resource import jobs  # noqa: PLC0415 - on first use

    return jobs(call)


def _limits(call: Call) -> Response:
    from pytest_sfintegration.embedded.rest.limits import limits  # noqa: PLC0415 - on first use

    return limits(call)


def _tooling(call: Call) -> Response:
    from pytest_sfintegration.embedded.rest.tooling import tooling  # noqa: PLC0415 - on first use

    return tooling(call)


def _tree(call: Call) -> Response:
    from pytest_sfintegration.embedded.rest.tree import tree  # noqa: PLC0415 - on first use

    return tree(call)


def _ui_api(call: Call) -> Response:
    from pytest_sfintegration.embedded.rest.uiapi import ui_api  # noqa: PLC0415 - on first use

    return ui_api(call)


_COMPOSITES: Mapping[str, Callable[[Call], Response]] = MappingProxyType(
    {"batch": batch, "graph": graph, "sobjects": _collections, "tree": _tree}
)
_RESOURCES: Mapping[str, Callable[[Call], Response]] = MappingProxyType(
    {
        "composite": _composite,
        "jobs": _jobs,
        "limits": _limits,
        "query": query_resource,
        "queryall": query_resource,
        "sobjects": sobjects,
        "tooling": _tooling,
        "ui-api": _ui_api,
        "wave": _wave,
    }
)


def dispatch(call: Call) -> Response:
    """Answer a call; every refusal is an ApiError."""
    if not call.segments:
        if call.method not in {"GET", "HEAD"}:
            raise method_not_allowed(call.method, "HEAD,GET")
        names = ("composite", "jobs", "limits", "query", "queryAll", "sobjects", "tooling", "ui-api")
        identity = f"{call.base_url}/id/{call.world.org_id}/{call.user.person.id}"
        return ok({**{name: f"{call.base}/{name}" for name in names}, "identity": identity})
    first = call.segments[0].lower()
    handler = _RESOURCES.get(first)
    if handler is not None:
        return handler(call)
    if first in _NOT_MODELLED:
        raise NotSupportedError(f"{call.method} /{'/'.join(call.segments)}")
    raise not_found()
