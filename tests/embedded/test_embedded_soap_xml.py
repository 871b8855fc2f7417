"""A SOAP body cannot bring entities along, in whatever encoding."""

import pytest

from pytest_sfintegration.embedded.login.soap_xml import read_soap

LOGIN = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    "<login><username>{name}</username></login></e:Body></e:Envelope>"
)
EVIL = '<!DOCTYPE e [<!ENTITY who "root">]>' + LOGIN.format(name="&who;")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"])
@pytest.mark.parametrize("declared", [True, False])
def test_document_type_is_refused_in_every_encoding(encoding: str, declared: bool) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if declared else ""
    assert read_soap((head + EVIL).encode(encoding)) is None


def test_plain_envelope_is_read() -> None:
    call = read_soap(b"\xef\xbb\xbf" + LOGIN.format(name="a@b.example").encode())
    assert call is not None
    assert (call.operation, call.username) == ("login", "a@b.example")
