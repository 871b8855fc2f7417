"""What is known of Metadata API: its calls, its types, its refusals."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["metadata_marks"]

_GUIDE = "Metadata API Developer Guide"
_PERMISSION = f"{_GUIDE}, listMetadata() and describeMetadata(), Permissions"

_CALLS = (
    row(
        "SOAP describeMetadata => Metadata API describeMetadata()",
        DOCUMENTED,
        f"{_GUIDE}, DescribeMetadataResult",
        "tells the types that a source is read into, and no others",
    ),
    row(
        "SOAP listMetadata => Metadata API listMetadata()",
        RECORDED,
        "amtrack/listmetadata-recordtype-personaccount: README.md",
        "the keys of a row; who made a component, and when, is assumed, and asOfVersion is not looked at",
    ),
)

_TYPES = (
    row(
        "ApexClass|ConnectedApp|CustomPermission|Flow|Group|MutingPermissionSet|PermissionSet|"
        "PermissionSetGroup|Queue|RestrictionRule|Role|SharingCriteriaRule|SharingGuestRule|"
        "SharingOwnerRule|SharingTerritoryRule|ValidationRule",
        DOCUMENTED,
        f"{_GUIDE}, File Suffix and Directory of each type",
        "those of the source; which have an id here is assumed",
    ),
    row(
        "RecordType",
        RECORDED,
        "amtrack/listmetadata-recordtype-personaccount: README.md",
        "the file is the object's",
    ),
    row(
        "CustomObject",
        DOCUMENTED,
        f"{_GUIDE}, CustomObject",
        "also the standard objects whose permissions are governed here; which of them a real org lists is "
        "assumed",
    ),
    row("CustomField", DOCUMENTED, f"{_GUIDE}, CustomField", "custom fields only (assumed)"),
    row(
        "Profile",
        DOCUMENTED,
        f"{_GUIDE}, Profile",
        "System Administrator is Admin, and is there whether the source declares it or not",
    ),
    row("SharingRules", ASSUMED, "", "one for each object that has a rule in the source"),
)

_CODES = (
    row(
        "login.soap_services INVALID_SESSION_ID",
        DOCUMENTED,
        f"{_GUIDE}, ExceptionCode",
        "a fault without detail is assumed",
    ),
    row(
        "login.soap_services INSUFFICIENT_ACCESS",
        RECORDED,
        "forcedotcom/cli issue 3048",
        "every call of Metadata API by a user without the permission",
    ),
    row(
        "login.soap_services API_DISABLED_FOR_ORG|login.soap_services REQUEST_LIMIT_EXCEEDED",
        DOCUMENTED,
        f"{_GUIDE}, ExceptionCode",
        "a user without API Enabled, and a day's calls used up; texts as elsewhere (assumed)",
    ),
    row(
        "login.soap_services NOT_SUPPORTED_BY_EMBEDDED_ORG",
        ASSUMED,
        "",
        "every other call of Metadata API and Apex, and every other metadata type, as a fault",
    ),
    row("login.soap_services 400 INVALID_INPUT", ASSUMED, "", "a body that is no SOAP envelope"),
)

_ASKED = (
    row(
        "login.soap_services ModifyMetadata => Modify Metadata Through Metadata API Functions, or|"
        "login.soap_services ModifyAllData => Modify All Data, for Metadata API",
        DOCUMENTED,
        f"{_PERMISSION}; forcedotcom/cli issue 3048",
        "the further permissions that some types ask for are not asked here",
    ),
    row(
        "login.soap_services ApiEnabled => API Enabled for Metadata API and Apex by SOAP",
        DOCUMENTED,
        "Salesforce Help, API Enabled",
    ),
)


def metadata_marks() -> Iterator[Mark]:
    """Yield the marks of the SOAP services beside login."""
    yield from rows(Kind.LOGIN, _CALLS)
    yield from rows(Kind.METADATA, _TYPES)
    yield from rows(Kind.ERROR, _CODES)
    yield from rows(Kind.USER_PERMISSION, _ASKED)
