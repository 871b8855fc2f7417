"""Reading a SOAP envelope: no entities, no doctype, bounded size."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

__all__ = ["SoapCall", "read_soap"]

_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapCall:
    """What a request asks for."""

    operation: str
    username: str = ""
    password: str = ""
    session_id: str = ""
    client: str = ""


def read_soap(body: bytes) -> SoapCall | None:
    """Return the call of an envelope, None when the body is none. A document type is refused.

    It could hold entities.
    """
    if len(body) > _LARGEST or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return None
    try:
        root = ET.fromstring(body)  # noqa: S314 - no document type, hence no entities
    except ET.ParseError:
        return None
    texts: dict[str, str] = {}
    for element in root.iter():
        texts.setdefault(_local(element.tag), (element.text or "").strip())
    holder = next((element for element in root.iter() if _local(element.tag) == "Body"), None)
    if holder is None or len(holder) == 0:
        return None
    return SoapCall(
        operation=_local(holder[0].tag),
        username=texts.get("username", ""),
        password=texts.get("password", ""),
        session_id=texts.get("sessionId", ""),
        client=texts.get("client", ""),
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
