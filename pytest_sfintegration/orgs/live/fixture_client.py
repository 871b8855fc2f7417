"""An ordinary simple-salesforce client over a line, with its time-outs, repetition and write guard."""

from http.client import responses
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.live.line import Door, Line
from pytest_sfintegration.orgs.live.secret import HiddenText
from pytest_sfintegration.orgs.target import API_VERSION

if TYPE_CHECKING:
    import requests
    from simple_salesforce.api import Salesforce

    from pytest_sfintegration.orgs.live.faults import Answer

__all__ = ["salesforce_over"]

_KEPT = ("content-type", "accept", "sforce-", "if-", "x-sfdc-session")


def salesforce_over(line: Line, door: Door, budget: Budget) -> "Salesforce":
    """Return the client. Its token hides in every ``repr``; the line puts the real one on each request."""
    import requests  # noqa: PLC0415 - heavy
    from requests.adapters import BaseAdapter  # noqa: PLC0415 - heavy
    from simple_salesforce.api import Salesforce  # noqa: PLC0415 - a third of a second

    class _OverLine(BaseAdapter):
        def send(  # type: ignore[override]
            self, request: "requests.PreparedRequest", **_settings: Any
        ) -> "requests.Response":
            budget.spend("fixtures")
            content = request.body.encode() if isinstance(request.body, str) else request.body
            headers = {
                name: str(value) for name, value in request.headers.items() if name.lower().startswith(_KEPT)
            }
            method = request.method or "GET"
            answer, _ = line.exchange(
                method,
                request.path_url,
                content,
                headers,
                repeatable=method in {"GET", "HEAD"},
                json_only=False,
            )
            return _response(answer, request)

        def close(self) -> None:
            """Do nothing: the line is the target's."""

    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _OverLine())
    token = HiddenText(door.session().token.reveal())
    instance = door.session().base.partition("//")[2]
    return Salesforce(session=session, session_id=token, instance=instance, version=API_VERSION)


def _response(answer: "Answer", request: "requests.PreparedRequest") -> "requests.Response":
    import requests  # noqa: PLC0415 - heavy

    response = requests.Response()
    response.status_code = answer.status
    response.reason = responses.get(answer.status, "")
    response.url = request.url or ""
    response.request = request
    response.headers.update(answer.headers)
    response.headers.pop("content-encoding", None)  # the body is plain by now
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.raw = BytesIO(answer.body)
    return response
