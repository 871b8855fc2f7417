"""The tables of keys of what must be refused: queries, requests and setup entities."""

from pytest_sfintegration.matrix.json_value import JsonBody
from pytest_sfintegration.matrix.model import NO_SETUP_ENTITIES, SETUP_ENTITY_KINDS
from pytest_sfintegration.matrix.records import Entries, Key, Record, Required
from pytest_sfintegration.matrix.shapes import Either, ListOf, Text, Word

__all__ = ["ALLOWED_ENTITIES", "BLOCKED_ENTITIES", "QUERIES", "REQUESTS"]

_NAME = Text(
    words="an API name",
    pattern="[A-Za-z][A-Za-z0-9_]*",
    remedy="Write the API name alone, without a file extension; a package's as namespace__Name.",
)
_TYPE = Text(
    words="the API name of a custom metadata type",
    pattern="[A-Za-z][A-Za-z0-9_]*__mdt",
    remedy="It ends in __mdt.",
)
_SETTING = Text(
    words="the API name of a custom setting",
    pattern="[A-Za-z][A-Za-z0-9_]*__c",
    remedy="It ends in __c.",
)
_LABEL = Text(
    words="the name of an app",
    pattern=r"[ ]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*",
    remedy="Write the name that Setup shows.",
)
_QUERY = Text(
    words="a SOQL query",
    pattern=r"[ \t\n\r]*[Ss][Ee][Ll][Ee][Cc][Tt][ \t\n\r][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*",
    remedy="It begins with SELECT.",
)
_PATH = Text(
    words="the path of a resource",
    pattern=r"/services/[\x21\x22\x24-\x7e]+",
    remedy="Write what follows the host, such as /services/apexrest/billing/v1, without spaces (%20).",
)
_CODE = Text(
    words="an error code",
    pattern="[A-Z][A-Z0-9_]*",
    remedy="Write it as the org does, such as FORBIDDEN.",
)


def _entities(*, may_be_empty: bool) -> Record:
    names = ListOf(item=_NAME, may_be_empty=may_be_empty)
    types = ListOf(item=_TYPE, may_be_empty=may_be_empty)
    keys = tuple(SETUP_ENTITY_KINDS)
    return Record(
        words=f"a mapping with {', '.join(keys[:-1])} or {keys[-1]}",
        table=(
            Key(name="apex_classes", shape=names, description="Apex classes, by API name."),
            Key(name="flows", shape=names, description="Flows, by API name."),
            Key(name="custom_permissions", shape=names, description="Custom permissions, by API name."),
            Key(
                name="connected_apps",
                shape=ListOf(item=_LABEL, may_be_empty=may_be_empty),
                description="Connected apps, by the name that Setup shows.",
            ),
            Key(name="apex_pages", shape=names, description="Visualforce pages, by API name."),
            Key(
                name="custom_metadata_types",
                shape=types,
                description="Custom metadata types whose records the user may read, by API name.",
            ),
            Key(
                name="custom_settings",
                shape=ListOf(item=_SETTING, may_be_empty=may_be_empty),
                description="Custom settings that the user may read, by API name.",
            ),
            Key(
                name="external_client_apps",
                shape=names,
                description="External client apps, by API name.",
            ),
        ),
    )


QUERIES = ListOf(item=_QUERY)
"""Queries that must be refused."""

REQUESTS = Entries(
    item=Record(
        words="a mapping with method and path",
        table=(
            Key(
                name="method",
                shape=Word(choices=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")),
                required=Required.ALWAYS,
                description="The HTTP method.",
            ),
            Key(
                name="path",
                shape=_PATH,
                required=Required.ALWAYS,
                description="The path behind the host: REST, Apex REST, Tooling, Metadata or Bulk.",
            ),
            Key(name="body", shape=JsonBody(), description="The body, sent as JSON."),
            Key(
                name="refused",
                shape=ListOf(item=_CODE),
                description="The error codes that count as the refusal, if not every permission denial does.",
            ),
        ),
    )
)
"""Requests that must be refused."""

BLOCKED_ENTITIES = _entities(may_be_empty=False)
"""Setup entities that must not be granted."""

ALLOWED_ENTITIES = Either(text=Word(choices=(NO_SETUP_ENTITIES,)), keys=_entities(may_be_empty=True))
"""Setup entities that are granted, and no others."""
