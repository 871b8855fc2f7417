"""The door in the process: a ``requests`` transport adapter, so that unmodified clients talk to the org."""

from http.client import HTTPMessage, responses
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pytest_sfintegration.embedded.wire import Request, Response

if TYPE_CHECKING:
    import requests
    from requests.adapters import BaseAdapter

    from pytest_sfintegration.embedded.org import EmbeddedOrg

__all__ = ["adapter", "mount"]


def mount(session: "requests.Session", org: "EmbeddedOrg") -> None:
    """Send every request of a session to the org, whatever its host: login.salesforce.com included."""
    own = adapter(org)
    session.mount("https://", own)
    session.mount("http://", own)


def adapter(org: "EmbeddedOrg") -> "BaseAdapter":
    """Return a transport adapter over the org."""
    from requests.adapters import BaseAdapter  # noqa: PLC0415 - on first use

    class OrgAdapter(BaseAdapter):
        """Turns prepared requests into requests of the org."""

        def send(self, request: "requests.PreparedRequest", **_settings: Any) -> "requests.Response":  # type: ignore[override]
            """Answer a request; nothing leaves the process."""
            return _to_requests(org.handle(_from_requests(request)), request)

        def close(self) -> None:
            """Do nothing: there is no connection."""

    return OrgAdapter()


def _from_requests(request: "requests.PreparedRequest") -> Request:
    split = urlsplit(request.url or "")
    body: Any = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    elif not isinstance(body, str | bytes):
        body = b"".join(part.encode() if isinstance(part, str) else part for part in body)
    return Request(
        method=request.method or "GET",
        path=unquote(split.path),
        query=split.query,
        headers={name.lower(): str(value) for name, value in request.headers.items()},
        body=body.encode() if isinstance(body, str) else body,
        base_url=_base_url(split.scheme, split.netloc),
    )


def _base_url(scheme: str, netloc: str) -> str:
    """Return the org's own host for the login hosts: clients go where the answer says."""
    if netloc in {"login.salesforce.com", "test.salesforce.com"}:
        return "https://embedded.my.salesforce.com"
    return f"{scheme}://{netloc}"


def _to_requests(answer: Response, request: "requests.PreparedRequest") -> "requests.Response":
    import requests  # noqa: PLC0415 - on first use

    body = answer.body()
    response = requests.Response()
    response.status_code = answer.status
    response.reason = responses.get(answer.status, "")
    response.url = request.url or ""
    response.request = request
    response.headers.update(answer.headers)
    if body or answer.status not in {204, 304}:
        response.headers["Content-Type"] = answer.content_type
    response.headers["Content-Length"] = str(len(body))
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.raw = _Raw(body)
    response._content = body  # noqa: SLF001 - requests offers no public way to make an answer
    return response


class _Raw(BytesIO):
    """A body that has been read already, with what requests looks for."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self._original_response = HTTPMessage()
