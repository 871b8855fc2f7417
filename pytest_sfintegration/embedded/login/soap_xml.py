"""Reading a SOAP envelope: no entities, no doctype, bounded size."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

__all__ = ["SoapCall", "parse_xml", "read_soap"]

_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapCall:
    """What a request asks for.

    ``types`` are the metadata types of its queries (listMetadata), ``ids`` the records that it names;
    ``all_or_none`` is the AllOrNoneHeader.
    """

    operation: str
    username: str = ""
    password: str = ""
    session_id: str = ""
    client: str = ""
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    all_or_none: bool = False


def parse_xml(body: bytes) -> ET.Element | None:
    """Return the root of a document, None when it is none. A document type is refused.

    It could hold entities. Only UTF-8 is read (assumed enough: the clients seen send nothing else), for in
    another encoding a document type would not be recognised.
    """
    if len(body) > _LARGEST:
        return None
    try:
        text = body.decode("utf-8-sig")
        if "\0" in text or "<!DOCTYPE" in text or "<!ENTITY" in text:
            return None
        return ET.fromstring(text.encode(), parser=ET.XMLParser(encoding="utf-8"))  # noqa: S314 - no entities
    except (ET.ParseError, UnicodeDecodeError):
        return None


def read_soap(body: bytes) -> SoapCall | None:
    """Return the call of an envelope, None when the body is none."""
    root = parse_xml(body)
    if root is None:
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
        types=tuple(_type(each) for each in holder[0] if _local(each.tag) == "queries"),
        ids=tuple((each.text or "").strip() for each in holder[0] if _local(each.tag) == "ids"),
        all_or_none=texts.get("allOrNone", "").lower() in {"true", "1"},
    )


def _type(query: ET.Element) -> str:
    return next(((each.text or "").strip() for each in query if _local(each.tag) == "type"), "")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
