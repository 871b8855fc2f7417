"""Log in by each flow. The flows are simple-salesforce's; addresses, time-outs and plain words are ours.

Nothing that simple-salesforce raises is let through with its frames: they hold passwords and assertions.
"""

import re
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_sfintegration.orgs.errors import TargetError
from pytest_sfintegration.orgs.live.files import private_text
from pytest_sfintegration.orgs.live.logins import Flow, Login, checked
from pytest_sfintegration.orgs.live.refusals import remedy_of
from pytest_sfintegration.orgs.live.secret import Secret
from pytest_sfintegration.orgs.live.session import LiveSession
from pytest_sfintegration.orgs.live.sf_cli import read_org
from pytest_sfintegration.orgs.target import API_VERSION

if TYPE_CHECKING:
    import requests

__all__ = ["SOAP_NOTICE", "log_in"]

SOAP_NOTICE = (
    "SOAP login() does not exist from API 65.0 on and ends in Summer '27; new orgs have it off by default: "
    "move to "
    "JWT bearer or client credentials (help article 005132110)"
)

_PLACEHOLDER = "sfintegration-login"
"""simple-salesforce puts a name before ``.salesforce.com``: ours is sent to the org's real address."""

_CONNECT = 10.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REPEATS = (1.0, 3.0)
_LOGIN_HOSTS = frozenset({"login.salesforce.com", "test.salesforce.com"})
_ID = re.compile(r"/id/(?P<org>00D\w{12,15})/(?P<user>005\w{12,15})")
_CODE = re.compile(r'^\s*\[\{[^\]]*"errorCode":\s*"([A-Z_]+)"')
_SOAP = {
    "org_id": re.compile(r"<organizationId>(\w{15,18})<"),
    "user_id": re.compile(r"<userId>(\w{15,18})<"),
    "expired": re.compile(r"<passwordExpired>(true)<"),
}


@dataclass(slots=True)
class _Told:
    """What an answer says beside the two values that simple-salesforce returns."""

    org_id: str | None = None
    user_id: str | None = None
    expired: bool = False
    status: int = 0
    html: bool = False
    code: str = ""

    def look(self, response: "requests.Response", *_: Any, **__: Any) -> None:
        """Take the ids from an answer (a hook of the requests session)."""
        self.status = response.status_code
        self.html = "html" in response.headers.get("content-type", "")
        self.code = found[1] if (found := _CODE.search(response.text)) is not None else ""
        if (found := _ID.search(response.text)) is not None:
            self.org_id, self.user_id = found["org"], found["user"]
        else:
            ids = {name: pattern.search(response.text) for name, pattern in _SOAP.items()}
            self.org_id = ids["org_id"][1] if ids["org_id"] else None
            self.user_id = ids["user_id"][1] if ids["user_id"] else None
            self.expired = ids["expired"] is not None


class _Unanswered(Exception):
    """No answer, or one that is none of the flow's: worth a second try."""


def log_in(
    login: Login, *, url: str | None, timeout: float, sleep: Callable[[float], None] = time.sleep
) -> LiveSession:
    """Return a new session; raise TargetError with what to change when the org refuses one."""
    checked(login)
    if login.flow is Flow.CLI:
        held = read_org(login.alias or login.username or "")
        return LiveSession(token=held.token, base=held.url, org_id=held.org_id, username=held.username)
    if login.flow is Flow.ACCESS_TOKEN:
        return _given(login, url)
    base = _base(login, url)
    for pause in (*_REPEATS, None):
        try:
            return _asked(login, base, timeout)
        except _Unanswered as error:
            if pause is None:
                raise TargetError(f"{login.where}: {error}") from None
        sleep(pause)
    raise AssertionError  # the last round returns or raises


def _given(login: Login, url: str | None) -> LiveSession:
    if url is None or urlsplit(url).hostname in _LOGIN_HOSTS:
        raise TargetError(
            f"{login.where}: an access token works at its own org only: give the org's My Domain as url"
        )
    token = login.access_token or Secret("")
    org_id = token.reveal().partition("!")[0]
    known = org_id if re.fullmatch(r"00D\w{12,15}", org_id) else None
    return LiveSession(token=token, base=url, org_id=known, username=login.username)


def _base(login: Login, url: str | None) -> str:
    if login.flow is Flow.CLIENT_CREDENTIALS and (url is None or urlsplit(url).hostname in _LOGIN_HOSTS):
        raise TargetError(
            f"{login.where}: client credentials are served by the org's own My Domain only: give it as url, "
            f"such as "
            "https://acme.my.salesforce.com"
        )
    if url is not None:
        return url
    return f"https://{login.audience or 'login'}.salesforce.com"


def _asked(login: Login, base: str, timeout: float) -> LiveSession:
    told = _Told()
    token, instance = _through_simple_salesforce(login, base, timeout, told)
    if told.expired:
        code = "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"
        raise TargetError(f"{login.where}: {login.username} is refused: {code}: {remedy_of(code, '')}")
    scheme = urlsplit(base).scheme
    return LiveSession(
        token=token,
        base=f"{scheme}://{instance}".rstrip("/"),
        org_id=told.org_id,
        user_id=told.user_id,
        username=None if login.flow is Flow.CLIENT_CREDENTIALS else login.username,
    )


def _through_simple_salesforce(login: Login, base: str, timeout: float, told: _Told) -> tuple[Secret, str]:
    import jwt  # noqa: PLC0415 - heavy, a dependency of simple-salesforce
    import requests  # noqa: PLC0415 - heavy
    from simple_salesforce.exceptions import SalesforceAuthenticationFailed  # noqa: PLC0415 - heavy
    from simple_salesforce.login import SalesforceLogin  # noqa: PLC0415 - heavy

    problem: TargetError | _Unanswered
    arguments = _arguments(login, base)
    try:
        with _session(base, timeout, told) as session, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # simple-salesforce warns with the consumer key
            token, instance = SalesforceLogin(session=session, sf_version=API_VERSION, **arguments())
        return Secret(str(token)), str(instance)
    except SalesforceAuthenticationFailed as refusal:
        problem = _refused(login, base, told, str(refusal.code), str(refusal.auth_message))
    except (jwt.PyJWTError, ValueError) as error:
        problem = TargetError(
            f"{login.where}: the private key cannot sign ({type(error).__name__}): a PEM text that begins "
            f"with "
            "-----BEGIN PRIVATE KEY----- is needed"
        )
        if told.status:
            problem = _Unanswered(_silence(base, error, timeout, told))
    except (requests.exceptions.RequestException, AttributeError, KeyError, TypeError) as error:
        problem = _Unanswered(_silence(base, error, timeout, told))
    raise problem from None


def _refused(login: Login, base: str, told: _Told, code: str, text: str) -> "TargetError | _Unanswered":
    if told.html or code.isdigit():  # no code of a refusal; the text may be half an answer, with a token
        what = "a web page" if told.html else "a part of an answer"
        return _Unanswered(
            f"{base} answered {told.status} with {what}, which is no log-in answer: is it an org's address, "
            "is the org in maintenance (status.salesforce.com), is a proxy in between?"
        )
    who = login.username or f"the app {login.client_id}"
    return TargetError(
        f"{login.where}: {who} is refused: {code}: {text[:200].strip(' .')}: {remedy_of(code, text)}"
    )


def _silence(base: str, error: Exception, timeout: float, told: _Told) -> str:
    import requests  # noqa: PLC0415 - heavy

    if told.code:  # a REST error where a log-in answer is due
        return f"{base} answered {told.code} ({told.status}) to the log-in: {remedy_of(told.code, '')}"
    if told.status:
        what = "an address elsewhere" if told.status in _REDIRECTS else "something that is no log-in answer"
        return f"{base} answered {told.status} with {what}: is it an org's address?"
    if isinstance(error, requests.exceptions.Timeout):
        return f"{base}: no answer within {timeout:g} s: check url, network and proxy"
    if isinstance(error, requests.exceptions.SSLError):
        return f"{base}: its certificate is not trusted: check url, proxy and REQUESTS_CA_BUNDLE"
    return f"{base} cannot be reached: check url, network and proxy"


def _arguments(login: Login, base: str) -> Callable[[], dict[str, Any]]:
    """Return what simple-salesforce is to be given: a function, so that no local variable holds it."""
    key = login.key
    if login.flow is Flow.JWT and key is None and login.key_file is not None:
        key = Secret(private_text(login.key_file))
    password = login.password or Secret("")
    token = login.security_token or Secret("")
    if login.flow is Flow.JWT:
        return lambda: {
            "domain": _audience(login, base),
            "instance_url": _PLACEHOLDER,
            "username": login.username,
            "consumer_key": login.client_id,
            "privatekey": (key or password).reveal(),
        }
    if login.flow is Flow.SOAP:
        return lambda: {
            "domain": _PLACEHOLDER,
            "username": login.username,
            "password": password.reveal(),
            "security_token": token.reveal(),
        }
    secret = login.client_secret or Secret("")
    app = {"domain": _PLACEHOLDER, "consumer_key": login.client_id}
    if login.flow is Flow.CLIENT_CREDENTIALS:
        return lambda: {**app, "consumer_secret": secret.reveal()}
    return lambda: {
        **app,
        "consumer_secret": secret.reveal(),
        "username": login.username,
        "password": password.reveal() + token.reveal(),
    }


def _audience(login: Login, base: str) -> str:
    """Return login or test: the audience of an assertion (documented: OAuth 2.0 JWT bearer flow)."""
    if login.audience is not None:
        return login.audience
    host = urlsplit(base).hostname or ""
    return "test" if host == "test.salesforce.com" or ".sandbox." in host or ".scratch." in host else "login"


def _session(base: str, timeout: float, told: _Told) -> "requests.Session":
    """Return a requests session that sends the placeholder's requests to ``base``, with a time-out."""
    import requests  # noqa: PLC0415 - heavy
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - heavy

    placeholder = f"https://{_PLACEHOLDER}.salesforce.com"

    class _Rehost(HTTPAdapter):
        def send(  # type: ignore[override]
            self, request: "requests.PreparedRequest", **kwargs: Any
        ) -> "requests.Response":
            request.url = base + (request.url or "").removeprefix(placeholder)
            return super().send(request, **{**kwargs, "timeout": (_CONNECT, timeout)})

    session = requests.Session()
    session.mount(placeholder, _Rehost())
    session.hooks["response"].append(told.look)
    return session
