"""How the field types of metadata appear in an object describe.

Source: Metadata API Developer Guide, "Field Types" (FieldType enumeration), against SOAP API Developer Guide,
"Data Types" and "DescribeSObjectResult"; the flags follow the describes of custom fields in the recorded
cases and in the facts about standard objects.
"""

from typing import NamedTuple

__all__ = ["ADDRESS_PARTS", "FIELD_TYPES", "LOCATION_PARTS", "REFERENCES", "FieldType"]


class FieldType(NamedTuple):
    """The describe type, its usual length, and whether it can be filtered, grouped, sorted, aggregated."""

    type: str
    length: int = 0
    flags: str = "fgsa"


_REFERENCE = FieldType("reference", 18)

REFERENCES = frozenset(
    {"Lookup", "MasterDetail", "Hierarchy", "MetadataRelationship", "ExternalLookup", "IndirectLookup"}
)

FIELD_TYPES: dict[str, FieldType] = {
    "Address": FieldType("address", flags="f"),
    "AutoNumber": FieldType("string", 30, "fsa"),
    "Checkbox": FieldType("boolean", flags="fgs"),
    "Currency": FieldType("currency", flags="fsa"),
    "Date": FieldType("date"),
    "DateTime": FieldType("datetime", flags="fsa"),
    "Email": FieldType("email", 80),
    "EncryptedText": FieldType("encryptedstring", 175, ""),
    "Html": FieldType("textarea", 32768, ""),
    "Location": FieldType("location", flags="f"),
    "LongTextArea": FieldType("textarea", 32768, ""),
    "MultiselectPicklist": FieldType("multipicklist", 4099, "f"),
    "Number": FieldType("double", flags="fsa"),
    "Percent": FieldType("percent", flags="fsa"),
    "Phone": FieldType("phone", 40),
    "Picklist": FieldType("picklist", 255),
    "Summary": FieldType("double", flags="fsa"),
    "Text": FieldType("string", 255),
    "TextArea": FieldType("textarea", 255),
    "Time": FieldType("time", flags="fsa"),
    "Url": FieldType("url", 255),
} | dict.fromkeys(REFERENCES, _REFERENCE)

# Object Reference, "Compound Fields": the parts of a custom geolocation and of a custom address field
LOCATION_PARTS: dict[str, FieldType] = {
    "Latitude": FieldType("double", flags="fsa"),
    "Longitude": FieldType("double", flags="fsa"),
}
ADDRESS_PARTS: dict[str, FieldType] = {
    "Street": FieldType("textarea", 255),
    "City": FieldType("string", 40),
    "PostalCode": FieldType("string", 20),
    "StateCode": FieldType("picklist", 10),
    "CountryCode": FieldType("picklist", 10),
    "GeocodeAccuracy": FieldType("picklist", 40),
    **LOCATION_PARTS,
}
