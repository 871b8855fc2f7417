"""Global, basic and object describe, as the running user.

Recorded shapes: a global describe of v52, object describes of v48 and v63 (CumulusCI's cassettes).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pytest_sfintegration.embedded.rest.describe_fields import describe_field
from pytest_sfintegration.embedded.share_objects import is_share
from pytest_sfintegration.embedded.view import ObjectView, UserView
from pytest_sfintegration.embedded.write.record_types import RecordTypes
from pytest_sfintegration.embedded.write.recycle_bin import keeps
from pytest_sfintegration.sfdx.model import Governance, ObjectKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_sfintegration.sfdx.model import PicklistValue

__all__ = ["Describer"]

_MASTER = "012000000000000AAA"


class Describer:
    """Describes objects; what was described once for a user is kept, for nothing of it changes."""

    def __init__(
        self,
        prefixes: "Mapping[str, str]",
        record_types: RecordTypes,
        picklists: "Mapping[str, Callable[[], tuple[PicklistValue, ...]]]",
    ) -> None:
        """Take the key prefixes, the record types, and picklists (``Object.Field``) that are made on use."""
        self._prefixes = prefixes
        self._picklists = picklists
        self._record_types = record_types
        self._fields: dict[tuple[str, str, bool, bool], dict[str, Any]] = {}
        self._briefs: WeakKeyDictionary[ObjectView, dict[str, dict[str, Any]]] = WeakKeyDictionary()
        self._full: WeakKeyDictionary[ObjectView, dict[str, dict[str, Any]]] = WeakKeyDictionary()

    def everything(self, user: UserView, base: str) -> dict[str, Any]:
        """Return the global describe: only what the user may read (documented, obj_ref_data_access)."""
        return {
            "encoding": "UTF-8",
            "maxBatchSize": 200,
            "sobjects": [self.brief(view, base) for view in user.visible()],
        }

    def brief(self, view: ObjectView, base: str) -> dict[str, Any]:
        """Return an object's entry of the global describe."""
        kept = self._briefs.setdefault(view, {})
        if base not in kept:
            kept[base] = self._brief(view, base)
        return kept[base]

    def full(self, user: UserView, view: ObjectView, base: str) -> dict[str, Any]:
        """Return the object describe."""
        kept = self._full.setdefault(view, {})
        if base not in kept:
            kept[base] = self._describe(user, view, base)
        return kept[base]

    def _brief(self, view: ObjectView, base: str) -> dict[str, Any]:
        definition, permission = view.definition, view.permission
        stored = definition.governance is not Governance.SETUP or is_share(definition)
        url = f"{base}/sobjects/{view.name}"
        deletable = stored and permission.delete and definition.deletable
        return {
            "activateable": False,
            "associateEntityType": None,
            "associateParentEntity": None,
            "createable": stored and permission.create and definition.createable,
            "custom": definition.kind is not ObjectKind.STANDARD,
            "customSetting": definition.kind is ObjectKind.CUSTOM_SETTING,
            "deepCloneable": False,
            "deletable": deletable,
            "deprecatedAndHidden": False,
            "feedEnabled": False,
            "hasSubtypes": False,
            "isInterface": False,
            "isSubtype": False,
            "keyPrefix": self._prefixes.get(view.name),
            "label": definition.label,
            "labelPlural": definition.plural_label,
            "layoutable": stored,
            "mergeable": False,
            "mruEnabled": stored,
            "name": view.name,
            "queryable": definition.queryable,
            "replicateable": stored,
            "retrieveable": definition.queryable,
            "searchable": definition.searchable,
            "triggerable": stored,
            "undeletable": deletable and keeps(view.name),
            "updateable": stored and permission.edit and definition.updateable,
            "urls": {
                "rowTemplate": f"{url}/{{ID}}",
                "describe": f"{url}/describe",
                "sobject": url,
            },
        }

    def _describe(self, user: UserView, view: ObjectView, base: str) -> dict[str, Any]:
        return {
            "actionOverrides": [],
            **self._brief(view, base),
            "childRelationships": list(_children(user, view)),
            "compactLayoutable": True,
            "defaultImplementation": None,
            "extendedBy": None,
            "extendsInterfaces": None,
            "fields": [
                self._field(
                    view,
                    name,
                    createable=access.createable and view.permission.create,
                    updateable=access.editable and view.permission.edit,
                )
                for name, access in view.access.items()
            ],
            "implementedBy": None,
            "implementsInterfaces": None,
            "listviewable": None,
            "lookupLayoutable": None,
            "namedLayoutInfos": [],
            "networkScopeFieldName": None,
            "recordTypeInfos": list(self._record_type_infos(user, view)),
            "searchLayoutable": True,
            "sobjectDescribeOption": "FULL",
            "supportedScopes": [
                {"label": f"All {view.definition.plural_label.lower()}", "name": "everything"},
                {"label": f"My {view.definition.plural_label.lower()}", "name": "mine"},
            ],
        }

    def _field(self, view: ObjectView, name: str, *, createable: bool, updateable: bool) -> dict[str, Any]:
        """Return the describe of a field, the same one for all users who may do the same with it."""
        key = (view.name, name, createable, updateable)
        found = self._fields.get(key)
        if found is None:
            field = view.definition.fields[name]
            values = self._picklists.get(f"{view.name}.{name}")
            field = field if values is None else replace(field, picklist=values())
            found = self._fields[key] = describe_field(field, createable=createable, updateable=updateable)
        return found

    def _record_type_infos(self, user: UserView, view: ObjectView) -> Iterator[dict[str, Any]]:
        """Yield recordTypeInfos; ``available``: the user may give it to records."""
        if "RecordTypeId" not in view.definition.fields and not view.definition.record_types:
            return
        available = self._record_types.available(user, view)
        default = self._record_types.default(user, view)
        for name, each in view.definition.record_types.items():
            record_id = self._record_types.ids[view.name, name]
            yield {
                "active": each.active,
                "available": name in available,
                "defaultRecordTypeMapping": record_id == default,
                "developerName": name,
                "master": False,
                "name": each.label,
                "recordTypeId": record_id,
                "urls": {},
            }
        yield {
            "active": True,
            "available": not available,
            "defaultRecordTypeMapping": default is None,
            "developerName": "Master",
            "master": True,
            "name": "Master",
            "recordTypeId": _MASTER,
            "urls": {},
        }


def _children(user: UserView, view: ObjectView) -> Iterator[dict[str, Any]]:
    for child_name, field_name, relationship in view.definition.children:
        definition = user.definition(child_name)
        if definition is None or definition.governance is Governance.NOT_MODELLED:
            continue
        child = user.object(child_name)
        field = None if child is None else child.field(field_name)
        if field is None:
            continue
        yield {
            "cascadeDelete": field.master_detail or field.delete_constraint == "Cascade",
            "childSObject": child_name,
            "deprecatedAndHidden": False,
            "field": field_name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": relationship,
            "restrictedDelete": field.delete_constraint == "Restrict",
        }
