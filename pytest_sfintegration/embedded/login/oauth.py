"""The OAuth token endpoint: password, client credentials, JWT bearer, refresh token; and revoke."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pytest_sfintegration.embedded.login.apps import Apps, is_approved
from pytest_sfintegration.embedded.login.assertion import AssertionRefusedError, subject_of, verified
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
from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.embedded.specs import ConnectedAppSpec
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.embedded.world import World

__all__ = ["OAuth"]

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_HEADERS = {"Cache-Control": "no-cache,must-revalidate,max-age=0,no-store,private"}
_CLI = ConnectedAppSpec(
    name="PlatformCLI", consumer_key="PlatformCLI", scopes=("api", "web", "refresh_token")
)


_NOT_APPROVED = "Failed: Not approved for access"  # assumed, as a word of LoginHistory.Status


class _RefusedError(Exception):
    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


def _unknown_grant(_request: Request, _form: Mapping[str, str]) -> dict[str, Any]:
    raise _RefusedError("unsupported_grant_type", "grant type not supported")


class OAuth:
    """Answers ``/services/oauth2/token`` and ``/services/oauth2/revoke``; errors are 400.

    Recorded: the cases login.oauth.*.
    """

    def __init__(self, world: World, apps: Apps) -> None:
        self._world = world
        self._apps = apps

    def token(self, request: Request) -> Response:
        """Answer the token endpoint: POST only (documented: Salesforce Help, OAuth Endpoints).

        Parameters in the URL of a POST are taken too, as clients are seen to send them. What a GET is told is
        assumed; no secret that it carries is looked at.
        """
        if request.method.upper() != "POST":
            payload = {"error": "invalid_request", "error_description": "must use HTTP POST"}
            return Response(status=400, payload=payload, headers=_HEADERS)
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        form = request.params() | form
        grants = {
            "password": self._password,
            "client_credentials": self._client_credentials,
            _JWT: self._jwt,
            "refresh_token": self._refresh,
        }
        grant = grants.get(form.get("grant_type", ""), _unknown_grant)
        try:
            return Response(status=200, payload=grant(request, form), headers=_HEADERS)
        except _RefusedError as refused:
            payload = {"error": refused.error, "error_description": refused.description}
            return Response(status=400, payload=payload, headers=_HEADERS)

    def revoke(self, request: Request) -> Response:
        """Answer the revoke endpoint: 200 without a body, 400 for a token that is none (documented)."""
        form = request.params() | dict(parse_qsl(request.body.decode("utf-8", "replace")))
        closed = self._world.sessions.close(form.get("token", ""))
        if closed is not None:
            if closed.app is not None:
                self._world.journal.forget_token(closed.person, closed.app)
            return Response(status=200, payload="", content_type="text/plain;charset=UTF-8")
        payload = {"error": "unsupported_token_type", "error_description": "this token type is not supported"}
        return Response(status=400, payload=payload, headers=_HEADERS)

    def _app(self, request: Request, form: Mapping[str, str], *, secret: bool) -> ConnectedAppSpec:
        key, given = form.get("client_id", ""), form.get("client_secret", "")
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                key, _, given = base64.b64decode(encoded).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise _RefusedError("invalid_client_id", "client identifier invalid") from None
        app = self._find(key)
        if secret and not hmac.compare_digest(given.encode(), (app.consumer_secret or "").encode()):
            raise _RefusedError("invalid_client", "invalid client credentials")
        return app

    def _find(self, key: str) -> ConnectedAppSpec:
        app = self._apps.find(key)
        if app is None:
            if key == _CLI.consumer_key:
                return _CLI
            raise _RefusedError("invalid_client_id", "client identifier invalid")
        if app.external_client_app and not app.installed:
            raise _RefusedError("app_not_found", "External client app is not installed in this org")
        if app.external_client_app and self._is_off(app.name):
            raise _RefusedError("app_not_found", "External client app is not enabled in this org")
        return app

    def _is_off(self, name: str) -> bool:
        """Tell whether the policies in the source turn an external client app off."""
        apps = self._world.source.external_client_apps.values()
        return any(
            each.enabled is False for each in apps if name.lower() in {each.name.lower(), each.label.lower()}
        )

    def _password(self, request: Request, form: Mapping[str, str]) -> dict[str, Any]:
        """Log in by password: recorded(login.oauth.auth_failure, login.oauth.ok_password)."""
        app = self._app(request, form, secret=True)
        organization = self._world.organization
        person = self._world.people.by_username(form.get("username", ""))
        given = form.get("password", "")
        allowed = organization.username_password_flow_enabled and not app.external_client_app
        if person is None or not allowed:
            raise _RefusedError("invalid_grant", "authentication failure")
        if not may_enter(person) or not matches(person, given, trusted=organization.trusted_network):
            status = WRONG_PASSWORD if may_enter(person) else NOT_ADMITTED
            self._record(request, app, person, status=status)
            raise _RefusedError("invalid_grant", "authentication failure")
        self._check(app, person, request)
        return self._answer(request, app, person, signed=True)

    def _client_credentials(self, request: Request, form: Mapping[str, str]) -> dict[str, Any]:
        """Run as the app says; refusals: no Run As (recorded), no effective scope (community)."""
        app = self._app(request, form, secret=True)
        host = urlsplit(request.base_url).hostname or ""
        if host in {"login.salesforce.com", "test.salesforce.com"}:
            raise _RefusedError("invalid_grant", "request not supported on this domain")
        person = self._world.people.by_username(app.run_as) if app.run_as else None
        if person is None:
            raise _RefusedError("invalid_grant", "no client credentials user enabled")
        if not set(app.scopes) - {"full", "refresh_token"}:
            raise _RefusedError("invalid_grant", "no valid scopes defined")
        self._check(app, person, request)
        return self._answer(request, app, person, signed=True)

    def _jwt(self, request: Request, form: Mapping[str, str]) -> dict[str, Any]:
        """Log in by assertion: recorded(login.oauth.jwt_not_approved, .audience, .ok_jwt)."""
        assertion = form.get("assertion", "")
        try:
            issuer = subject_of(assertion).get("iss", "")
            app = self._find(str(issuer))
            claims = verified(assertion, app, self._audiences(request), self._world.now())
        except AssertionRefusedError as refused:
            raise _RefusedError("invalid_grant", str(refused)) from refused
        person = self._world.people.by_username(str(claims.get("sub", "")))
        if person is None or not may_enter(person):
            if person is not None:
                self._record(request, app, person, status=NOT_ADMITTED)
            raise _RefusedError("invalid_grant", "user hasn't approved this consumer")
        self._check(app, person, request)
        if not app.admin_approved_only and person.spec.username not in app.approved_users:
            self._record(request, app, person, status=_NOT_APPROVED)
            raise _RefusedError("invalid_grant", "user hasn't approved this consumer")
        return self._answer(request, app, person, signed=False)

    def _audiences(self, request: Request) -> list[str]:
        base = request.base_url.rstrip("/")
        hosts = [base, "https://login.salesforce.com", "https://test.salesforce.com"]
        return [form for host in hosts for form in (host, f"{host}/", f"{host}/services/oauth2/token")]

    def _refresh(self, request: Request, form: Mapping[str, str]) -> dict[str, Any]:
        """Open a new session: recorded(login.oauth.refresh_expired)."""
        session = self._world.sessions.by_refresh_token(form.get("refresh_token", ""))
        if session is None:
            raise _RefusedError("invalid_grant", "expired access/refresh token")
        app = self._app(request, form, secret=False)
        self._check(app, session.person, request, policy=False)
        return self._answer(request, app, session.person, signed=True)

    def _check(self, app: ConnectedAppSpec, person: Person, request: Request, *, policy: bool = True) -> None:
        """Refuse, and write the refusal into the history; that of login hours is worded as assumed."""
        refused: tuple[str, _RefusedError] | None = None
        if not may_enter(person):
            refused = NOT_ADMITTED, _RefusedError("invalid_grant", "inactive user")
        elif app.enforce_ip_ranges and not ip_allowed(person, request.source_ip):
            refused = RESTRICTED_IP, _RefusedError("invalid_grant", "ip restricted")
        elif not hours_allow(person, self._world.now()):
            refused = RESTRICTED_TIME, _RefusedError("invalid_grant", "login during restricted time")
        elif policy and app.admin_approved_only and not is_approved(app, person):
            said = "user is not admin approved to access this app"
            refused = _NOT_APPROVED, _RefusedError("invalid_app_access", said)
        if refused is not None:
            self._record(request, app, person, status=refused[0])
            raise refused[1]

    def _answer(
        self, request: Request, app: ConnectedAppSpec, person: Person, *, signed: bool
    ) -> dict[str, Any]:
        world = self._world
        session = world.sessions.open(person, api=bool({"api", "full"} & set(app.scopes)), app=app.name)
        self._record(request, app, person)
        world.journal.use_token(person, app.name)
        identity = f"{request.base_url}/id/{world.org_id}/{person.id}"
        answer: dict[str, Any] = {"access_token": session.token}
        if not signed:
            answer["scope"] = " ".join(app.scopes)
        answer |= {"instance_url": request.base_url, "id": identity, "token_type": "Bearer"}
        if signed:
            issued = str(int(world.now().timestamp() * 1000))
            secret = (app.consumer_secret or "").encode()
            digest = hmac.new(secret, f"{identity}{issued}".encode(), hashlib.sha256).digest()
            answer |= {"issued_at": issued, "signature": base64.b64encode(digest).decode()}
        return answer

    def _record(
        self, request: Request, app: ConnectedAppSpec, person: Person, *, status: str = "Success"
    ) -> None:
        self._world.journal.login(
            person,
            login_type="Remote Access 2.0",
            application=app.name,
            source_ip=request.source_ip,
            login_url=urlsplit(request.base_url).hostname or "",
            status=status,
        )
