"""The SOAP services without a login of their own, none of whose calls are modelled: Metadata API and Apex."""

from collections.abc import Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.login.soap_xml import read_soap
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.embedded.world import World

__all__ = ["SERVICES", "refused_service"]

_XML = "text/xml; charset=utf-8"
SERVICES: Mapping[str, str] = MappingProxyType(
    {"m": "http://soap.sforce.com/2006/04/metadata", "s": "http://soap.sforce.com/2006/08/apex"}
)
"""The word in the path, and the namespace of the service's faults."""


def refused_service(world: World, request: Request, service: str) -> Response:
    """Refuse a call of Metadata API or Apex by a fault, for their clients read nothing else.

    Of a dead session: documented, the fault that clients of Metadata API look for; it has no detail.
    """
    call = read_soap(request.body)
    if call is None:
        raise ApiError(400, "INVALID_INPUT", "The body is no SOAP envelope")
    code = "NOT_SUPPORTED_BY_EMBEDDED_ORG"
    message = f"not supported by the embedded org: the SOAP call {call.operation}"
    if world.sessions.find(call.session_id) is None:
        code = "INVALID_SESSION_ID"
        message = "Invalid Session ID found in SessionHeader: Illegal Session"
    payload = (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        f'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="{SERVICES[service]}">'
        f"<soapenv:Body><soapenv:Fault><faultcode>sf:{code}</faultcode>"
        f"<faultstring>{code}: {escape(message)}</faultstring></soapenv:Fault></soapenv:Body>"
        "</soapenv:Envelope>"
    )
    return Response(status=500, payload=payload, content_type=_XML)
