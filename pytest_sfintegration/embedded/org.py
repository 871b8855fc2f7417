"""The embedded org: requests in, responses out."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.embedded.errors import ApiError, OrgError
from pytest_sfintegration.embedded.login.apps import Apps
from pytest_sfintegration.embedded.login.gatekeeper import may_enter
from pytest_sfintegration.embedded.rest.call import Call, ok
from pytest_sfintegration.embedded.rest.meaning import as_meant, single
from pytest_sfintegration.embedded.rest.router import dispatch
from pytest_sfintegration.embedded.sessions import Session
from pytest_sfintegration.embedded.specs import ConnectedAppSpec, OrganizationSpec, PublicGroupSpec, UserSpec
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.embedded.world import World
from pytest_sfintegration.sfdx.model import Source

if TYPE_CHECKING:
    from pytest_sfintegration.embedded.login.door import LoginDoor

__all__ = ["EmbeddedOrg"]

_FIRST_VERSION, _LAST_VERSION = 31, 67
_VERSION = re.compile(r"v(\d{1,2})\.0")
_SEASONS = ("Winter", "Spring", "Summer")
_XML_FAULT = (
    "<response><faultcode>LOGIN_OAUTH_INVALID_TOKEN(db=1703,api=LOGIN_OAUTH_INVALID_TOKEN)</faultcode>"
    "<error>Failed: Invalid Token</error></response>"
)


class EmbeddedOrg:
    """An org in the process, built from SFDX source and users. Thread-safe by one lock.

    A setup user, ``setup@embedded.example``, always exists and may do everything (assumed). An answer's
    payload
    is shared with the org: read it, do not change it.
    """

    def __init__(
        self,
        source: Source,
        users: Iterable[UserSpec] = (),
        *,
        now: Callable[[], datetime] | None = None,
        org_id: str = "00DEm0000000001",
        organization: OrganizationSpec | None = None,
        public_groups: Iterable[PublicGroupSpec] = (),
        skip_validation_rules: bool = False,
    ) -> None:
        """Build the org; raises OrgError for a user or group with what the source lacks or cannot tell."""
        self._world = World(
            source,
            users,
            now=now or (lambda: datetime.now(UTC)),
            org_id=org_id,
            organization=organization or OrganizationSpec(),
            skip_validation_rules=skip_validation_rules,
            public_groups=public_groups,
        )
        self._apps = Apps()
        self._lock = threading.RLock()

    @property
    def world(self) -> World:
        """Return the org's parts: for tests and for loading records without HTTP."""
        return self._world

    @cached_property
    def _login(self) -> "LoginDoor":
        """The login resources: SOAP and OAuth, which a run inside of the process does without."""
        from pytest_sfintegration.embedded.login.door import LoginDoor  # noqa: PLC0415 - on first use

        return LoginDoor(self._world, self._apps)

    @property
    def org_id(self) -> str:
        """Return the 18-character id of the org."""
        return self._world.org_id

    def add_connected_app(self, app: ConnectedAppSpec) -> None:
        """Register a connected app.

        Raises OrgError when its consumer key is taken or its users are unknown.
        """
        self._apps.add(app, self._world.people)
        self._world.register(app)

    def login_token(self, username: str) -> str:
        """Return an access token of a user, without HTTP and without credentials.

        The history shows it as what it is: a session of this library. Raises OrgError for a user who is
        unknown, inactive or frozen; neither addresses nor hours are asked about.
        """
        person = self._world.people.by_username(username)
        if person is None:
            known = ", ".join(each.spec.username for each in self._world.people.all())
            raise OrgError(f"the org has no user {username!r} (it has: {known}).")
        if not may_enter(person):
            state = "frozen" if person.spec.frozen else "inactive"
            raise OrgError(f"user {username} is {state}, and cannot log in.")
        with self._lock:
            self._world.journal.in_process(person)
            return self._world.sessions.open(person).token

    def handle(self, request: Request) -> Response:
        """Answer a request as Salesforce would."""
        with self._lock:
            self._world.expire()
            response = self._answer(request)
            self._world.storage.commit()
            return response

    def _answer(self, request: Request) -> Response:
        segments = tuple(each for each in request.path.split("/") if each)
        if segments[:2] == ("services", "data"):
            if len(segments) == 2:
                return _versions()
            return self._counted(self._data, request, segments[2:])
        if segments[:2] == ("services", "async"):
            return self._counted(self._bulk, request, segments[2:])
        if segments[:2] == ("services", "apexrest"):
            return self._counted(self._apex_rest, request, segments[2:])
        return self._login.answer(request, segments)

    def _counted(
        self,
        act: Callable[[Request, tuple[str, ...]], Response],
        request: Request,
        segments: tuple[str, ...],
    ) -> Response:
        """Run a call with Sforce-Limit-Info.

        ``api-usage=N/M`` on everything but the versions list (recorded).
        """
        try:
            with self._world.storage.transaction():
                response = act(request, segments)
        except ApiError as refused:
            payload = None if refused.status == 304 else refused.body()
            response = Response(status=refused.status, payload=payload, headers=refused.headers)
        usage = f"api-usage={self._world.calls}/{self._world.organization.api_limit}"
        return Response(
            status=response.status,
            payload=response.payload,
            headers={**response.headers, "Sforce-Limit-Info": usage},
            content_type=response.content_type,
        )

    def _data(self, request: Request, segments: tuple[str, ...]) -> Response:
        version = _version(segments[0])
        session = self._session(request)
        if session is None:
            return _refused_session(request)
        self._admit(session)
        return dispatch(as_meant(self._call(request, session, version, segments[1:])))

    def _call(self, request: Request, session: Session, version: str, segments: tuple[str, ...]) -> Call:
        return Call(
            world=self._world,
            user=self._world.view(session.person),
            dispatch=dispatch,
            version=version,
            method=request.method.upper(),
            segments=segments,
            params=single(request.pairs()) if request.query else {},
            headers=request.headers,
            body=request.body,
            base_url=request.base_url,
        )

    def _bulk(self, request: Request, segments: tuple[str, ...]) -> Response:
        """Answer Bulk API, whose session stands in X-SFDC-Session (documented)."""
        from pytest_sfintegration.embedded.bulk import classic  # noqa: PLC0415 - on first use

        session = self._world.sessions.find(request.headers.get("x-sfdc-session", ""))
        if session is None:
            refused = ApiError(400, "INVALID_SESSION_ID", "Invalid session id")
            return classic.refusal(request.headers, refused)
        try:
            version = _version(f"v{segments[0]}" if segments else "")
            self._admit(session)
            return classic.answer(self._call(request, session, version, segments[1:]))
        except ApiError as refused:
            return classic.refusal(request.headers, refused)

    def _session(self, request: Request) -> Session | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in {"bearer", "oauth"}:
            return None
        return self._world.sessions.find(token.strip())

    def _admit(self, session: Session) -> None:
        """Refuse a session that may not use the REST API, and count the call.

        Recorded: api.disabled.org, rest.session_not_valid_for_api, limits.daily; without API Enabled:
        restforce/restforce issue 562; an expired password: django-salesforce, wiki/Error-messages.md.
        """
        organization = self._world.organization
        if not organization.api_enabled:
            raise ApiError(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")
        if not session.api:
            raise ApiError(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API")
        if not session.person.holds("ApiEnabled"):
            raise ApiError(403, "API_CURRENTLY_DISABLED", "API is disabled for this User")
        if session.person.spec.password_expired:
            raise ApiError(
                403,
                "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
                "The users password has expired, you must call SetPassword before attempting any "
                "other API operations",
            )
        if self._world.calls >= organization.api_limit:
            raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self._world.calls += 1

    def _apex_rest(self, request: Request, segments: tuple[str, ...]) -> Response:
        session = self._session(request)
        if session is None:
            return _refused_session(request)
        self._admit(session)
        name = _apex_class(self._world.source.apex_rest, segments)
        if name is None:
            raise ApiError(404, "NOT_FOUND", f"Could not find a match for URL /{'/'.join(segments)}")
        if name not in session.person.permissions.setup_entities("ApexClass") and not session.person.holds(
            "AuthorApex"
        ):
            raise ApiError(403, "FORBIDDEN", f"You do not have access to the Apex class named: {name}")
        return ok(
            [
                {
                    "message": f"not supported by the embedded org: running the Apex class {name}",
                    "errorCode": "NOT_SUPPORTED_BY_EMBEDDED_ORG",
                }
            ],
            501,
        )


def _version(text: str) -> str:
    found = _VERSION.fullmatch(text)
    if found is None or int(found.group(1)) > _LAST_VERSION:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    if int(found.group(1)) < _FIRST_VERSION:
        raise ApiError(410, "UNSUPPORTED_API_VERSION", "The requested API version is retired")
    return text[1:]


def _versions() -> Response:
    """Return the versions, ascending, without login.

    Recorded: restforce/restforce, spec/fixtures/services_data_success_response.json.
    """
    return ok(
        [
            {
                "label": f"{_SEASONS[(number - 31) % 3 - 1]} '{14 + (number - 30) // 3}",
                "url": f"/services/data/v{number}.0",
                "version": f"{number}.0",
            }
            for number in range(_FIRST_VERSION, _LAST_VERSION + 1)
        ]
    )


def _refused_session(request: Request) -> Response:
    """Return the 401 of a dead session; XML when a body is not announced as JSON.

    Recorded(rest.xml_oauth_fault).
    """
    if request.body and "json" not in request.headers.get("content-type", ""):
        return Response(
            status=401,
            payload=_XML_FAULT,
            headers={"Sfdc-OAuth-Error": "1703"},
            content_type="text/html; charset=UTF-8",
        )
    raise ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def _apex_class(mappings: Mapping[str, str], segments: tuple[str, ...]) -> str | None:
    """Return the class behind a path: the longest ``urlMapping`` that fits.

    Documented: Apex Developer Guide, Apex REST Annotations.
    """
    path = "/" + "/".join(segments)
    fitting: list[tuple[int, Any]] = []
    for mapping, name in mappings.items():
        pattern = "/" + mapping.strip("/")
        prefix = pattern.removesuffix("*").rstrip("/")
        exact = path == pattern or (
            pattern.endswith("*") and (path == prefix or path.startswith(f"{prefix}/"))
        )
        if exact:
            fitting.append((len(prefix), name))
    return max(fitting)[1] if fitting else None
