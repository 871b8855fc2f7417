"""``/tooling``: queries on schema and setup tables, and a profile's Metadata."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from dataclasses import replace
from typing import Any

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.rest.call import Call, ok
from pytest_sfintegration.embedded.rest.query import query_resource, run_parsed
from pytest_sfintegration.embedded.soql import ast
from pytest_sfintegration.embedded.soql.errors import SoqlError
from pytest_sfintegration.embedded.tables.profile_metadata import profile_metadata
from pytest_sfintegration.embedded.view import not_found
from pytest_sfintegration.embedded.wire import Response

__all__ = ["tooling"]

_CODE = frozenset({"apexclass", "apexcomponent", "apexpage", "apextrigger", "metadatacontainer"})
# Documented: Tooling API, Group: View Setup and Configuration, unlike the object of the same name.
_SETUP_ONLY = frozenset({"group"})
_METADATA = {"metadata": "Metadata", "fullname": "FullName"}
_QUERYABLE = frozenset(
    [
        "connectedapplication",
        "custompermission",
        "entitydefinition",
        "fielddefinition",
        "flowdefinition",
        "group",
        "permissionset",
        "permissionsetgroup",
        "profile",
        "recordtype",
        "user",
        "userentityaccess",
        "userfieldaccess",
        "userrole",
        "permissionsetassignment",
        "permissionsetgroupcomponent",
        "objectpermissions",
        "fieldpermissions",
        "setupentityaccess",
        "mutingpermissionset",
        "organization",
        "apexclass",
        "entityparticle",
        "relationshipinfo",
    ]
)


def tooling(call: Call) -> Response:
    """Answer a call below ``/tooling``."""
    rest = [each.lower() for each in call.segments[1:]]
    if rest[:1] == ["query"] and len(rest) == 2:
        return query_resource(call)
    if rest == ["query"]:
        return _query(call)
    if rest[:1] == ["sobjects"] and len(rest) > 1:
        return _sobject(call, rest[1])
    raise NotSupportedError(f"{call.method} /{'/'.join(call.segments)}")


def _sobject(call: Call, name: str) -> Response:
    """Refuse the tooling objects: recorded(crud.invisible.tooling_post) for a user without Author Apex.

    SourceMember is not there: the org tracks no source, which is what Salesforce CLI asks by it.
    """
    if name == "sourcemember" or not call.user.person.holds("AuthorApex"):
        raise not_found()
    raise NotSupportedError(f"{call.method} /{'/'.join(call.segments)}")


def _query(call: Call) -> Response:
    from pytest_sfintegration.embedded.soql.parser import parse  # noqa: PLC0415 - on first use

    text = call.params.get("q", "")
    try:
        query = parse(text)
    except SoqlError as refused:
        raise ApiError(400, refused.code, refused.message) from refused
    name = str(query.source.path)
    if name.lower() in _CODE and not call.user.person.holds("AuthorApex"):
        # recorded: salesforce-webhook-creator issue 31, the short form.
        raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    if name.lower() in _SETUP_ONLY and not call.user.person.holds("ViewSetup"):
        raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    if name.lower() not in _QUERYABLE:
        raise NotSupportedError(f"{name} in the Tooling API")
    if name.lower() == "profile" and any(_of_metadata(item) for item in query.select):
        return ok(_profile_metadata(call, query, text))
    return query_resource(call)


def _of_metadata(item: ast.SelectItem) -> str | None:
    """Return the column that a profile's file answers (documented: Tooling API, FullName and Metadata)."""
    name = str(item.expression).lower() if isinstance(item, ast.FieldItem) else ""
    return _METADATA.get(name)


def _profile_metadata(call: Call, query: ast.Query, text: str) -> dict[str, Any]:
    """Return one profile with its Metadata: recorded(meta.profile_ip_ranges)."""
    plain = tuple(item for item in query.select if not _of_metadata(item))
    asked = {each for item in query.select if (each := _of_metadata(item)) is not None}
    added = not any(
        isinstance(item, ast.FieldItem) and str(item.expression).lower() == "id" for item in plain
    )
    chosen = (*plain, ast.FieldItem(ast.Path(("Id",)))) if added else plain
    result = run_parsed(call, replace(query, select=chosen), text)
    if len(result.records) > 1:
        raise ApiError(
            400,
            "MALFORMED_QUERY",
            "When retrieving results with Metadata or FullName fields, the query qualifications must "
            "specify no "
            f"more than one row for retrieval. Result size: {len(result.records)}",
        )
    names = {record_id: name for name, record_id in call.world.directory.profiles.items()}
    for record in result.records:
        profile = call.world.source.profiles[names[record["Id"]]]
        if "FullName" in asked:
            record["FullName"] = profile.name
        if "Metadata" in asked:
            record["Metadata"] = profile_metadata(profile)
        record["attributes"]["url"] = f"{call.base}/tooling/sobjects/Profile/{record['Id']}"
        if added:
            del record["Id"]
    return {
        "size": len(result.records),
        "totalSize": result.total_size,
        "done": True,
        "queryLocator": None,
        "entityTypeName": "Profile",
        "records": result.records,
    }
