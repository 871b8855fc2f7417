"""Metadata API and Apex by SOAP: a fault, for their clients read nothing else."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.wire import Request, Response

CALL = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
    '<SessionHeader xmlns="{namespace}"><sessionId>{token}</sessionId></SessionHeader></e:Header>'
    '<e:Body><{name} xmlns="{namespace}"/></e:Body></e:Envelope>'
)
SERVICES = {
    "m": ("http://soap.sforce.com/2006/04/metadata", "retrieve"),
    "s": ("http://soap.sforce.com/2006/08/apex", "executeAnonymous"),
}


def call(org: EmbeddedOrg, service: str, token: str, encoding: str = "utf-8") -> Response:
    namespace, name = SERVICES[service]
    body = CALL.format(namespace=namespace, name=name, token=token).encode(encoding)
    return org.handle(Request(method="POST", path=f"/services/Soap/{service}/62.0", body=body))


@pytest.mark.parametrize("service", SERVICES)
def test_call_is_refused_by_a_fault(org: EmbeddedOrg, setup: Any, service: str) -> None:
    response = call(org, service, org.login_token(setup.username))
    root = ET.fromstring(response.body())  # noqa: S314 - our own answer
    assert response.status == 500
    assert response.content_type.startswith("text/xml")
    assert root.findtext(".//faultcode") == "sf:NOT_SUPPORTED_BY_EMBEDDED_ORG"
    assert SERVICES[service][1] in str(root.findtext(".//faultstring"))
    assert f'xmlns:sf="{SERVICES[service][0]}"' in response.payload


@pytest.mark.parametrize("service", SERVICES)
def test_dead_session_is_told_first(org: EmbeddedOrg, service: str) -> None:
    assert "<faultcode>sf:INVALID_SESSION_ID</faultcode>" in call(org, service, "00Dxx!no").payload


def test_body_that_is_not_utf_8_is_refused(org: EmbeddedOrg) -> None:
    assert call(org, "m", "x", "utf-16").status == 400
