"""The SOAP services without a login of their own: Metadata API, which tells names only, and Apex."""

from collections.abc import Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.login.soap_xml import SoapCall, read_soap
from pytest_sfintegration.embedded.sessions import Session
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.embedded.world import World

__all__ = ["SERVICES", "soap_service"]

_XML = "text/xml; charset=utf-8"
SERVICES: Mapping[str, str] = MappingProxyType(
    {"m": "http://soap.sforce.com/2006/04/metadata", "s": "http://soap.sforce.com/2006/08/apex"}
)
"""The word in the path, and the namespace of the service's answers and faults."""
_MOST_QUERIES = 3


class _RefusedError(Exception):
    """A call that is answered by a fault."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


def soap_service(world: World, request: Request, service: str) -> Response:
    """Answer a call of Metadata API or Apex; refuse by a fault, for their clients read nothing else."""
    call = read_soap(request.body)
    if call is None:
        raise ApiError(400, "INVALID_INPUT", "The body is no SOAP envelope")
    namespace = SERVICES[service]
    try:
        body = _answer(world, call, service)
    except _RefusedError as refused:
        fault = (
            f"<soapenv:Fault><faultcode>sf:{refused.code}</faultcode>"
            f"<faultstring>{escape(str(refused))}</faultstring></soapenv:Fault>"
        )
        return _envelope(500, f'xmlns:sf="{namespace}"', fault)
    name = f"{call.operation}Response"
    return _envelope(200, f'xmlns="{namespace}"', f"<{name}>{body}</{name}>")


def _envelope(status: int, namespace: str, body: str) -> Response:
    payload = (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        f'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" {namespace}>'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
    return Response(status=status, payload=payload, content_type=_XML)


def _answer(world: World, call: SoapCall, service: str) -> str:
    session = world.sessions.find(call.session_id)
    if session is None or not session.api:
        # Of a dead session: the fault that clients of Metadata API look for; it has no detail.
        message = "Invalid Session ID found in SessionHeader: Illegal Session"
        raise _RefusedError(code="INVALID_SESSION_ID", message=message)
    _admit(world, session)
    if service == "m":
        _admit_to_metadata(session)
        if call.operation == "describeMetadata":
            return _described()
        if call.operation == "listMetadata":
            return _listed(world, call.types)
    raise _refusal(f"the SOAP call {call.operation}")


def _admit(world: World, session: Session) -> None:
    """Refuse a user without API Enabled, and count the call."""
    if not world.organization.api_enabled or not session.person.holds("ApiEnabled"):
        message = "API is not enabled for this Organization or Partner"
        raise _RefusedError(code="API_DISABLED_FOR_ORG", message=message)
    if world.calls >= world.organization.api_limit:
        raise _RefusedError(code="REQUEST_LIMIT_EXCEEDED", message="TotalRequests Limit exceeded.")
    world.calls += 1


def _admit_to_metadata(session: Session) -> None:
    """Ask for the permission that every call of Metadata API takes.

    Metadata API Developer Guide, listMetadata() and describeMetadata(), "Permissions"; the fault as in
    forcedotcom/cli issue 3048.
    """
    if not (session.person.holds("ModifyMetadata") or session.person.holds("ModifyAllData")):
        message = (
            "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions"
        )
        raise _RefusedError(code="INSUFFICIENT_ACCESS", message=message)


def _refusal(what: str) -> _RefusedError:
    return _RefusedError(
        code="NOT_SUPPORTED_BY_EMBEDDED_ORG", message=f"not supported by the embedded org: {what}"
    )


def _described() -> str:
    """Return DescribeMetadataResult for the types that a source is read into, and no others."""
    from pytest_sfintegration.embedded.metadata.types import TYPES  # noqa: PLC0415 - on first use

    objects = "".join(
        "<metadataObjects>"
        + "".join(f"<childXmlNames>{child}</childXmlNames>" for child in each.children)
        + f"<directoryName>{each.directory}</directoryName><inFolder>false</inFolder>"
        f"<metaFile>{str(each.meta_file).lower()}</metaFile><suffix>{each.suffix}</suffix>"
        f"<xmlName>{each.name}</xmlName></metadataObjects>"
        for each in TYPES.values()
    )
    return (
        f"<result>{objects}<organizationNamespace></organizationNamespace>"
        "<partialSaveAllowed>true</partialSaveAllowed><testRequired>false</testRequired></result>"
    )


def _listed(world: World, types: tuple[str, ...]) -> str:
    """Return FileProperties for each component of the types; up to three queries in a call (documented)."""
    from pytest_sfintegration.embedded.metadata.listing import listing  # noqa: PLC0415 - on first use

    if len(types) > _MOST_QUERIES:
        raise _refusal(f"listMetadata with more than {_MOST_QUERIES} queries, which a real org refuses")
    rows = []
    for name in types:
        found = listing(world, name)
        if found is None:
            raise _refusal(f"listMetadata of the type {name or '(none is named)'}")
        rows += found
    return "".join(rows)
