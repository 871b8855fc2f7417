"""Find objects and fields by name in any case, and add those that only permission containers name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from pytest_sfintegration.sfdx.governance import governance_of, kind_of
from pytest_sfintegration.sfdx.lazy import Lazy
from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectDef
from pytest_sfintegration.sfdx.permissionable import told_permissionable
from pytest_sfintegration.sfdx.system import system_fields

__all__ = ["Catalogue"]


def _no_such_name(_: str) -> None:
    return None


class Catalogue:
    """The objects of the model, by whatever spelling a container uses."""

    def __init__(
        self, objects: Lazy[ObjectDef], masters: Mapping[str, tuple[FieldDef, ...]] = MappingProxyType({})
    ) -> None:
        self._objects = objects
        self._masters = masters
        self._names = {name.casefold(): name for name in objects}
        self._fields: dict[str, dict[str, str]] = {}
        self._unknown: dict[str, ObjectDef] = {}
        self._unmade: dict[str, Callable[[str], object]] = {}
        # "Object.Field" as containers write it -> both names, for fields that take field-level security
        self._plain_fields: dict[str, tuple[str, str]] = {}
        self._unknown_fields: dict[str, dict[str, FieldDef]] = {}

    def spelling(self, name: str) -> str:
        """Return an object's name as the model spells it; an unknown one as it stands."""
        return self._names.get(name) or self._names.get(name.casefold()) or name

    def object(self, name: str) -> ObjectDef | None:
        """Return a declared object; ``name`` in the model's spelling."""
        return self._objects.get(name)

    def declares(self, name: str) -> bool:
        """Tell whether the source or the facts declare an object (not merely extend it)."""
        return name in self._objects and self._objects[name].known

    def field_spelling(self, object_name: str, name: str) -> str | None:
        """Return a field's name as the model spells it; ``None`` if the object has no such field."""
        names = self._fields.get(object_name)
        if names is None:
            known = self._objects.get(object_name)
            names = {field.casefold(): field for field in known.fields} if known is not None else {}
            self._fields[object_name] = names
        return names.get(name.casefold())

    def add_object(self, name: str, *, named_by_object_permissions: bool = False) -> None:
        """Add an object that a container names; object permissions on it prove that it has them."""
        if name in self._objects and name not in self._unknown:
            return
        kind = kind_of(name)
        governance, parent = governance_of(name, kind)
        if named_by_object_permissions and governance is Governance.NOT_MODELLED:
            governance = Governance.OBJECT_PERMISSIONS
        known = self._unknown.get(name)
        if known is not None and governance in (known.governance, Governance.NOT_MODELLED):
            return
        fields = {field.name: field for field in system_fields(kind) if field.name != "OwnerId"}
        self._unknown[name] = ObjectDef(
            name=name,
            label=name,
            plural_label=name,
            kind=kind,
            governance=governance,
            governing_parent=parent,
            fields=fields,
            known=False,
        )
        self._names.setdefault(name.casefold(), name)
        self._fields.setdefault(name, {field.casefold(): field for field in fields})

    def add_field(self, object_name: str, name: str) -> None:
        """Add a field that a container names; all that is known of it is that it has field permissions."""
        unknown = self._unknown.get(object_name)
        if unknown is not None and name in unknown.fields:
            return
        field = FieldDef(name=name, type="string", label=name, custom=name.endswith("__c"), known=False)
        self._unknown_fields.setdefault(object_name, {}).setdefault(name, field)
        self._fields.setdefault(object_name, {}).setdefault(name.casefold(), name)

    def field(self, object_name: str, name: str) -> FieldDef | None:
        """Return a declared field; both names in the model's spelling."""
        known = self._objects.get(object_name)
        return known.fields.get(name) if known is not None else None

    def is_plain(self, object_name: str, name: str) -> bool:
        """Tell whether a field is declared and surely takes field-level security, without making it."""
        unmade = self._unmade.get(object_name)
        if unmade is None:
            known = self._objects.get(object_name)
            fields = known.fields if known is not None else None
            unmade = fields.unmade if isinstance(fields, Lazy) else _no_such_name
            self._unmade[object_name] = unmade
        return told_permissionable(unmade(name)) is True

    def plain_field(self, written: str) -> tuple[str, str] | None:
        """Return both names of a plain field as containers write it, if it is met again or spelled alike."""
        names = self._plain_fields.get(written)
        if names is None:
            object_name, _, name = written.partition(".")
            if not self.is_plain(object_name, name):
                return None
            names = self._plain_fields[written] = (object_name, name)
        return names

    def remember_plain_field(self, written: str, object_name: str, name: str) -> None:
        """Remember how a container writes a field that takes field-level security."""
        self._plain_fields[written] = (object_name, name)

    def masters(self, name: str) -> tuple[FieldDef, ...]:
        """Return the master-detail fields of an object of the source."""
        return self._masters.get(name, ())

    def all_objects(self) -> Mapping[str, ObjectDef]:
        """Return every object, the unknown ones and their fields included."""
        more = dict(self._unknown)
        for name, fields in self._unknown_fields.items():
            known = more.get(name) or self._objects[name]
            every = known.fields
            extended = every.extended(fields) if isinstance(every, Lazy) else {**every, **fields}
            more[name] = replace(known, fields=extended)
        return self._objects.extended(more) if more else self._objects
