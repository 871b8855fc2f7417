"""The records of custom metadata types: rows of the org from its first day, made of the source's files.

Object Reference, "Custom Metadata Type__mdt". A protected record is hidden from code outside its managed
package alone, and a source is the inside. What a relationship to EntityDefinition holds is assumed: its
DurableId.
"""

from collections.abc import Callable, Iterable, Mapping

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.storage import Record
from pytest_sfintegration.embedded.values import coerce
from pytest_sfintegration.sfdx.model import CustomMetadataRecord, FieldDef, Source

__all__ = ["CustomMetadata"]


class CustomMetadata:
    """Makes the rows of a type when it is first asked for; ids count in order of the names."""

    def __init__(self, source: Source, ids: IdFactory, entities: Callable[[], Mapping[str, str]]) -> None:
        self._source = source
        self._ids = ids
        self._entities = entities
        self._by_type: dict[str, list[CustomMetadataRecord]] = {}
        for each in sorted(source.custom_metadata, key=lambda one: one.name.lower()):
            self._by_type.setdefault(each.type, []).append(each)

    def rows(self, object_name: str, modified: str) -> Iterable[Record]:
        """Return the records of a type; raise NotSupportedError for a value that its field cannot hold."""
        for number, each in enumerate(self._by_type.get(object_name, ()), 1):
            definition = self._source.objects[object_name]
            record: Record = dict.fromkeys(definition.fields)
            record |= {
                "Id": self._ids.nth(object_name, number),
                "DeveloperName": each.name,
                "QualifiedApiName": each.name,
                "MasterLabel": each.label,
                "Label": each.label,
                "Language": "en_US",
                "SystemModstamp": modified,
            }
            for name, field in definition.fields.items():
                if field.custom:
                    record[name] = self._value(field, each)
            yield record

    def _value(self, field: FieldDef, record: CustomMetadataRecord) -> object:
        written = record.values.get(field.name)
        if written is not None and field.type == "reference":
            return self._reference(field, written)
        try:
            return coerce(field, written)
        except ApiError as error:
            raise NotSupportedError(f"{record.path}: the value of {field.name}: {error.message}") from error

    def _reference(self, field: FieldDef, written: str) -> str | None:
        """Return what a metadata relationship holds; the name itself for fields and other definitions."""
        for target in field.reference_to:
            names = [each.name.lower() for each in self._by_type.get(target, ())]
            if written.lower() in names:
                return self._ids.nth(target, names.index(written.lower()) + 1)
        if "EntityDefinition" in field.reference_to:
            return self._entities().get(written, written)[:15] if written.endswith("__c") else written
        return None if any(target.endswith("__mdt") for target in field.reference_to) else written
