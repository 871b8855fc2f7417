"""SOAP ``login()``, the recycle bin, and a fault for every other call."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.login.gatekeeper import (
    NOT_ADMITTED,
    RESTRICTED_IP,
    RESTRICTED_TIME,
    WRONG_PASSWORD,
    hours_allow,
    ip_allowed,
    matches,
    may_enter,
)
from pytest_sfintegration.embedded.login.soap_bin import soap_bin
from pytest_sfintegration.embedded.login.soap_services import SERVICES, soap_service
from pytest_sfintegration.embedded.login.soap_xml import SoapCall, read_soap
from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.embedded.sessions import Session
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.embedded.world import World

__all__ = ["soap"]

_NAMESPACES = {"u": "partner", "c": "enterprise"}
# Documented: Object Reference, LoginHistory ("for example Soap Enterprise").
_API_TYPES = {"u": "SOAP Partner", "c": "SOAP Enterprise"}
_XML = "text/xml; charset=utf-8"
_NO_TOKEN = "Failed: API security token required"  # noqa: S105 - assumed, a word of the history
_FIRST_VERSION, _LAST_VERSION = 31, 64
_BAD = "Invalid username, password, security token; or user locked out."
_TOKEN = (
    f"{_BAD} Are you at a new location? When accessing Salesforce--either via a desktop client or the "
    "API--from "
    "outside of your company\N{RIGHT SINGLE QUOTATION MARK}s trusted networks, you must add a "
    "security token to your "
    "password to log in. To get your new security token, log in to Salesforce. From your personal "
    "settings, enter "
    "Reset My Security Token in the Quick Find box, then select Reset My Security Token."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    code: str
    message: str
    kind: str = "LoginFault"
    prefixed: bool = True
    status: str = "Failed"

    def response(self, namespace: str) -> Response:
        """Return the fault.

        INVALID_LOGIN without ``sf:``, the others with: recorded(login.soap.invalid_login,
        login.soap.must_use_token).
        """
        prefix = "sf:" if self.prefixed else ""
        message = escape(self.message)
        payload = (
            '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
            'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
            f'xmlns:sf="urn:fault.{namespace}.soap.sforce.com" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault>'
            f"<faultcode>{prefix}{self.code}</faultcode><faultstring>{self.code}: {message}</faultstring>"
            f'<detail><sf:{self.kind} xsi:type="sf:{self.kind}">'
            f"<sf:exceptionCode>{self.code}</sf:exceptionCode>"
            f"<sf:exceptionMessage>{message}</sf:exceptionMessage></sf:{self.kind}></detail>"
            "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        )
        return Response(status=500, payload=payload, content_type=_XML)


def soap(world: World, request: Request, service: str, version: str) -> Response:
    """Answer a SOAP request: login, the recycle bin, or a fault."""
    if service in SERVICES:
        return soap_service(world, request, service)
    if service not in _NAMESPACES:
        raise NotSupportedError(f"the SOAP service {service}")
    namespace = _NAMESPACES[service]
    call = read_soap(request.body)
    if call is None:
        raise ApiError(400, "INVALID_INPUT", "The body is no SOAP envelope")
    if call.operation != "login":
        return _other(world, call, namespace)
    fault, person = _judge(world, request, call, version)
    if person is not None:
        world.journal.login(
            person,
            login_type="Other Apex API",
            application=call.client or "N/A",
            source_ip=request.source_ip,
            login_url=urlsplit(request.base_url).hostname or "",
            status="Success" if fault is None else fault.status,
            api_type=_API_TYPES[service],
            api_version=version,
        )
    if person is None or fault is not None:
        return (fault or _bad_login()).response(namespace)
    session = world.sessions.open(person)
    return _success(world, request, person, token=session.token, service=service, version=version)


def _bad_login(status: str = "Failed") -> _Fault:
    return _Fault(code="INVALID_LOGIN", message=_BAD, prefixed=False, status=status)


def _judge(
    world: World, request: Request, call: SoapCall, version: str
) -> tuple[_Fault | None, Person | None]:
    """Return the fault of a login, if any, and the user whose history it belongs to.

    The order is assumed, each fault is recorded or documented.
    """
    organization = world.organization
    number = float(version) if version.replace(".", "", 1).isdigit() else 0
    if not _FIRST_VERSION <= number <= _LAST_VERSION or not organization.soap_login_enabled:
        # Documented: absent below 31.0 and from 65.0 on, and where an administrator left it off.
        message = "The API version of login() is not supported" if number else "unknown version"
        return _Fault(code="UNSUPPORTED_API_VERSION", message=message, kind="UnexpectedErrorFault"), None
    person = world.people.by_username(call.username)
    if person is None or not may_enter(person):
        return _bad_login(NOT_ADMITTED), person
    trusted = organization.trusted_network
    if not matches(person, call.password, trusted=trusted):
        if not trusted and matches(person, call.password, trusted=True):
            fault = _Fault(code="LOGIN_MUST_USE_SECURITY_TOKEN", message=_TOKEN, status=_NO_TOKEN)
            return fault, person
        return _bad_login(WRONG_PASSWORD), person
    return _policy_fault(world, request, person), person


def _policy_fault(world: World, request: Request, person: Person) -> _Fault | None:
    """Return the fault of a user whose credentials are right, if any."""
    organization = world.organization
    if not ip_allowed(person, request.source_ip):
        message = "The user is not allowed to log in from this IP address."
        return _Fault(code="LOGIN_DURING_RESTRICTED_DOMAIN", message=message, status=RESTRICTED_IP)
    if not hours_allow(person, world.now()):
        # Documented: SOAP API Developer Guide, ExceptionCode.
        message = "The user is not allowed to log in during this time period."
        return _Fault(code="LOGIN_DURING_RESTRICTED_TIME", message=message, status=RESTRICTED_TIME)
    if organization.any_api_auth_required and not person.holds("UseAnyApiAuth"):
        message = "insufficient access rights to log in with login()"
        return _Fault(code="INSUFFICIENT_ACCESS", message=message)
    if not organization.api_enabled or not person.holds("ApiEnabled"):
        message = "API is not enabled for this Organization or Partner"
        return _Fault(code="API_DISABLED_FOR_ORG", message=message, kind="UnexpectedErrorFault")
    return None


def _other(world: World, call: SoapCall, namespace: str) -> Response:
    """Refuse every other call: recorded(login.soap.session_invalid) without a session, else not modelled."""
    session = world.sessions.find(call.session_id)
    if session is None or not session.api:
        return _Fault(
            code="INVALID_SESSION_ID",
            message="Invalid Session ID found in SessionHeader: Illegal Session",
            kind="UnexpectedErrorFault",
        ).response(namespace)
    if call.operation == "logout":
        world.sessions.close(call.session_id)
        return Response(status=200, payload=_envelope(namespace, "<logoutResponse/>"), content_type=_XML)
    try:
        _admit(world, session)
        body = soap_bin(world, session, call)
        if body is None:
            raise NotSupportedError(f"the SOAP call {call.operation}")
    except ApiError as refused:
        kind = "UnexpectedErrorFault"
        return _Fault(code=refused.code, message=refused.message, kind=kind).response(namespace)
    return Response(status=200, payload=_envelope(namespace, body), content_type=_XML)


def _admit(world: World, session: Session) -> None:
    """Refuse a session that may not call the API, and count the call of any other."""
    if not world.organization.api_enabled or not session.person.holds("ApiEnabled"):
        raise ApiError(403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner")
    if session.person.spec.password_expired:
        message = (
            "The users password has expired, you must call SetPassword before attempting any "
            "other API operations"
        )
        raise ApiError(403, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", message)
    if world.calls >= world.organization.api_limit:
        raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    world.calls += 1


def _envelope(namespace: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns="urn:{namespace}.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )


def _success(
    world: World, request: Request, person: Person, *, token: str, service: str, version: str
) -> Response:
    """Return the loginResponse: recorded(login.soap.ok)."""
    base, org15 = request.base_url, world.org_id[:15]
    role = world.directory.roles.get(person.spec.role or "")
    info = {
        "accessibilityMode": "false",
        "chatterExternal": "false",
        "currencySymbol": "$",
        "orgAttachmentFileSizeLimit": "5242880",
        "orgDefaultCurrencyIsoCode": "USD",
        "orgDefaultCurrencyLocale": "en_US",
        "orgDisallowHtmlAttachments": "false",
        "orgHasPersonAccounts": "false",
        "organizationId": world.org_id,
        "organizationMultiCurrency": "false",
        "organizationName": world.organization.name,
        "profileId": world.directory.profiles[person.profile.name],
        "roleId": role,
        "sessionSecondsValid": "7200",
        "userDefaultCurrencyIsoCode": None,
        "userEmail": person.spec.email or person.spec.username,
        "userFullName": person.full_name,
        "userId": person.id,
        "userLanguage": "en_US",
        "userLocale": "en_US",
        "userName": person.spec.username,
        "userTimeZone": "GMT",
        "userType": person.spec.user_type,
        "userUiSkin": "Theme3",
    }
    fields = "".join(
        f'<{name} xsi:nil="true"/>' if value is None else f"<{name}>{escape(value)}</{name}>"
        for name, value in info.items()
    )
    expired = str(person.spec.password_expired).lower()
    sandbox = str(world.organization.is_sandbox).lower()
    body = (
        "<loginResponse><result>"
        f"<metadataServerUrl>{base}/services/Soap/m/{version}/{org15}</metadataServerUrl>"
        f"<passwordExpired>{expired}</passwordExpired><sandbox>{sandbox}</sandbox>"
        f"<serverUrl>{base}/services/Soap/{service}/{version}/{org15}</serverUrl>"
        f"<sessionId>{token}</sessionId><userId>{person.id}</userId><userInfo>{fields}</userInfo>"
        "</result></loginResponse>"
    )
    return Response(status=200, payload=_envelope(_NAMESPACES[service], body), content_type=_XML)
