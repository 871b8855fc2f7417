"""What is known of log-ins: who is admitted, what is written down, who may read it."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import ASSUMED, DOCUMENTED, RECORDED, row, rows

__all__ = ["login_marks"]

_OBJECTS = "Object Reference"
_META = "Metadata API Developer Guide"

_CODES = (
    row(
        "login.soap LOGIN_DURING_RESTRICTED_TIME",
        DOCUMENTED,
        "SOAP API Developer Guide, ExceptionCode",
        "login hours count in GMT; the words of OAuth for the same are assumed",
    ),
    row("write.assignments 400 JSON_PARSER_ERROR", ASSUMED, "", "an ExpirationDate that is no datetime"),
)

_PERMISSIONS = (
    row(
        "view none for LoginHistory|view none for OauthToken",
        DOCUMENTED,
        f"{_OBJECTS}, LoginHistory; {_OBJECTS}, OauthToken",
        "everybody reads his own rows, in versions before 37.0 too (assumed)",
    ),
    row(
        "own rows ManageUsers for LoginHistory|own rows MonitorLoginHistory for LoginHistory",
        DOCUMENTED,
        f"{_OBJECTS}, LoginHistory",
    ),
    row("own rows CustomizeApplication for OauthToken", DOCUMENTED, f"{_OBJECTS}, OauthToken"),
    row("view none for UserPermissionAccess", DOCUMENTED, f"{_OBJECTS}, UserPermissionAccess"),
    row("view ManageUsers for UserLogin", DOCUMENTED, f"{_OBJECTS}, UserLogin"),
)

_TABLES = (
    row(
        "LoginHistory",
        DOCUMENTED,
        f"{_OBJECTS}, LoginHistory; rapid7/insightconnect-plugins: salesforce/help.md",
        "failed log-ins of known users too, with assumed words of Status; sessions handed out in the process "
        "say so; 20,000 rows, of any age; SourceIp, Status, Application and ApiType cannot be filtered on; "
        "LoginSubType is null unless stated",
    ),
    row(
        "OauthToken",
        DOCUMENTED,
        f"{_OBJECTS}, OauthToken",
        "one row for each user and app (assumed); Id and the secrets are null",
    ),
    row(
        "UserPermissionAccess",
        DOCUMENTED,
        f"{_OBJECTS}, UserPermissionAccess",
        "one row, of the running user; its Id is null (assumed)",
    ),
    row(
        "UserLogin",
        DOCUMENTED,
        f"{_OBJECTS}, UserLogin",
        "read only here; a frozen user is refused like an inactive one (assumed); nobody is locked out",
    ),
    row(
        "ConnectedApplication",
        DOCUMENTED,
        f"{_OBJECTS}, ConnectedApplication; {_META}, ConnectedApp",
        "readers need View Setup, and Name is the label (assumed); scopes and IP relaxation have no column",
    ),
    row(
        "ExternalClientApplication|ExtlClntAppOauthPlcyCnfg",
        RECORDED,
        "anthonyreilly/NetCoreForce@3347df5: src/NetCoreForce.Models, made from describes of v64",
        f"values by {_META}, ExtlClntAppOauthConfigurablePolicies; readers need View Setup, and "
        "SetupEntityType ExternalClientApplication, are assumed",
    ),
)

_COLUMNS = (row("UserPermissionAccess.Permissions…", DOCUMENTED, f"{_OBJECTS}, UserPermissionAccess"),)

_RULES = (
    row(
        "write.assignments.with_expiry => an assignment that expires",
        DOCUMENTED,
        f"{_OBJECTS}, PermissionSetAssignment",
        "counts until the request after that moment; a date that has passed is refused as not modelled",
    ),
)


def login_marks() -> Iterator[Mark]:
    """Yield the marks of log-ins."""
    yield from rows(Kind.ERROR, _CODES)
    yield from rows(Kind.USER_PERMISSION, _PERMISSIONS)
    yield from rows(Kind.TABLE, _TABLES)
    yield from rows(Kind.COLUMNS, _COLUMNS)
    yield from rows(Kind.WRITE_RULE, _RULES)
