"""Make the objects of the model from the drafts and the facts about standard objects."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from pytest_sfintegration.sfdx.drafts import Draft, Drafts
from pytest_sfintegration.sfdx.fields import Summary, Unmade, finished
from pytest_sfintegration.sfdx.governance import governance_of
from pytest_sfintegration.sfdx.lazy import Lazy
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef, ObjectKind
from pytest_sfintegration.sfdx.statuses import Values
from pytest_sfintegration.sfdx.system import share_name, share_object, system_fields

__all__ = ["assemble"]

# Custom fields of Activity are those of its two halves (Object Reference, "Activity").
_HALVES = {"activity": ("Task", "Event")}
# create, update, delete, query, search: custom metadata is deployed, events are published
_OPERATIONS = {
    ObjectKind.CUSTOM_METADATA: "qs",
    ObjectKind.PLATFORM_EVENT: "c",
    ObjectKind.BIG_OBJECT: "cudq",
    ObjectKind.CUSTOM_SETTING: "cudq",
}
_SYSTEM_REFERENCES = ("OwnerId", "RecordTypeId", "SetupOwnerId", "CreatedById", "LastModifiedById")
_SHARED_BY_ALL = frozenset({"ReadWrite", "ReadWriteTransfer", "FullAccess", "ControlledByParent"})

_Children = dict[str, list[tuple[str, str, str | None]]]


def assemble(
    drafts: Drafts, facts: Mapping[str, ObjectDef]
) -> tuple[Lazy[ObjectDef], dict[str, tuple[FieldDef, ...]]]:
    """Return all objects (the facts', extended by the source's fields, and the source's own).

    Beside them, the master-detail fields of each object that has some.
    """
    spelling = {name.casefold(): name for name in facts}
    spelling.update((fold, draft.name) for fold, draft in drafts.by_fold.items() if fold not in spelling)
    extensions: dict[str, list[Draft]] = defaultdict(list)
    own: list[Draft] = []
    for fold, draft in drafts.by_fold.items():
        _settle(draft, drafts, spelling)
        halves = _HALVES.get(fold, (spelling[fold],)) if facts else (draft.name,)
        if halves[0] in facts:
            for half in halves:
                extensions[half].append(draft)
        else:
            own.append(draft)
    made = {draft.name: _own_object(draft) for draft in own}
    made.update({share.name: share for draft in own if (share := _share(draft, made[draft.name]))})
    children = _children(_references(own, made, extensions))
    for name, each in made.items():
        if name in children:
            made[name] = replace(each, children=tuple(children.pop(name)))
    masters = {draft.name: tuple(field for field in draft.whole if field.master_detail) for draft in own}
    maker = _maker(facts, extensions, children, drafts.standard_values)
    return Lazy(maker, {name: name for name in facts}, made), masters


def _maker(
    facts: Mapping[str, ObjectDef],
    extensions: Mapping[str, list[Draft]],
    children: _Children,
    values: Mapping[str, Mapping[str, Values]],
) -> Callable[[str], ObjectDef]:
    def make(name: str) -> ObjectDef:
        known = facts[name]
        for draft in extensions.get(name, ()):
            known = _extended(known, draft)
        if name in values:
            known = _with_values(known, values[name])
        if name in children:
            known = replace(known, children=(*known.children, *children[name]))
        return known

    return make


def _references(
    own: Iterable[Draft], made: Mapping[str, ObjectDef], extensions: Mapping[str, list[Draft]]
) -> Iterable[tuple[str, FieldDef]]:
    """Yield the fields that the source declares, or has the platform declare, with their object's name."""
    for draft in own:
        fields = made[draft.name].fields
        system = (fields[name] for name in _SYSTEM_REFERENCES if name in fields)
        yield from ((draft.name, field) for field in (*system, *draft.whole) if field.reference_to)
        share = made.get(share_name(draft.name))
        if share is not None:
            yield from ((share.name, field) for field in share.fields.values())
    for name, drafts in extensions.items():
        for draft in drafts:
            yield from ((name, field) for field in draft.whole if field.custom)


def _children(references: Iterable[tuple[str, FieldDef]]) -> _Children:
    found: _Children = defaultdict(list)
    for name, field in references:
        for target in field.reference_to:
            found[target].append((name, field.name, field.child_relationship_name))
    return dict(found)


def _settle(draft: Draft, drafts: Drafts, spelling: Mapping[str, str]) -> None:
    """Give summaries their type and references the spelling of their targets."""
    for name, summary in draft.summaries.items():
        draft.fields[name] = _summarized(finished(draft.fields[name]), summary, drafts)
    for name, value_set in draft.value_sets.items():
        values = drafts.value_sets.get(value_set.casefold(), ())
        draft.fields[name] = replace(finished(draft.fields[name]), picklist=values)
    whole = draft.whole = [field for field in draft.fields.values() if isinstance(field, FieldDef)]
    for index, field in enumerate(whole):
        targets = tuple(spelling.get(target.casefold(), target) for target in field.reference_to)
        if targets != field.reference_to:
            whole[index] = draft.fields[field.name] = replace(field, reference_to=targets)


def _summarized(field: FieldDef, summary: Summary, drafts: Drafts) -> FieldDef:
    child, _, summarized = summary.summarized.partition(".")
    draft = drafts.by_fold.get(child.casefold())
    found = draft.fields.get(summarized) if draft is not None else None
    if found is None:
        return replace(field, precision=field.precision or 18)
    source = finished(found)
    return replace(field, type=source.type, precision=source.precision, scale=source.scale)


def _extended(known: ObjectDef, draft: Draft) -> ObjectDef:
    """Add the source's fields to a standard object; a standard field's file changes its place only."""
    added = {
        name: _whole(field) if name not in known.fields else _placed(known.fields[name], field)
        for name, field in draft.fields.items()
    }
    fields = known.fields
    return replace(
        known,
        label=draft.scalars.get("label", known.label),
        plural_label=draft.scalars.get("pluralLabel", known.plural_label),
        fields=fields.extended(added) if isinstance(fields, Lazy) else {**fields, **added},
        record_types={**known.record_types, **draft.record_types},
        validation_rules={**known.validation_rules, **draft.validation_rules},
        sharing_model=draft.scalars.get("sharingModel", known.sharing_model),
        external_sharing_model=draft.scalars.get("externalSharingModel", known.external_sharing_model),
        path=draft.path or known.path,
    )


def _with_values(known: ObjectDef, values: Mapping[str, Values]) -> ObjectDef:
    """Give fields the values of the source's standard value sets in place of the shipped ones."""
    fields = known.fields
    added = {name: replace(fields[name], picklist=each) for name, each in values.items() if name in fields}
    return replace(known, fields=fields.extended(added) if isinstance(fields, Lazy) else {**fields, **added})


def _placed(known: FieldDef, field: FieldDef | Unmade) -> FieldDef:
    return replace(known, path=field.path)


def _whole(field: FieldDef | Unmade) -> FieldDef:
    return _typed(finished(field))


def _typed(field: FieldDef) -> FieldDef:
    """Give a field whose file tells no type the plainest one; it exists, but no more is known of it."""
    return field if field.type else replace(field, type="string", known=False)


def _numbered(field: FieldDef, draft: Draft) -> FieldDef:
    return replace(field, display_format=draft.display_format, starting_number=draft.starting_number)


def _own_object(draft: Draft) -> ObjectDef:
    kind = draft.kind
    governance, parent = governance_of(draft.name, kind)
    label = draft.scalars.get("label", draft.name)
    system = system_fields(
        kind,
        name_label=draft.name_label or "Name",
        auto_number=draft.auto_number,
        detail=any(field.master_detail for field in draft.whole),
        record_types=bool(draft.record_types),
        activities=draft.activities,
    )
    if draft.auto_number:
        system = tuple(_numbered(field, draft) if field.name_field else field for field in system)
    by_system = {field.name: field for field in system}
    fields: dict[str, FieldDef | Unmade] = {**by_system, **draft.fields}
    for name in by_system.keys() & draft.fields.keys():
        fields[name] = _placed(by_system[name], draft.fields[name])
    operations = _OPERATIONS.get(kind, "cudqs")
    return ObjectDef(
        name=draft.name,
        label=label,
        plural_label=draft.scalars.get("pluralLabel", label),
        kind=kind,
        governance=governance,
        governing_parent=parent,
        fields=Lazy(_whole, fields),
        record_types=draft.record_types,
        validation_rules=draft.validation_rules,
        sharing_model=draft.scalars.get("sharingModel"),
        external_sharing_model=draft.scalars.get("externalSharingModel"),
        known=draft.path is not None,
        path=draft.path,
        createable="c" in operations,
        updateable="u" in operations,
        deletable="d" in operations,
        queryable="q" in operations,
        searchable="s" in operations,
    )


def _share(draft: Draft, owner: ObjectDef) -> ObjectDef | None:
    """Return the share object, which exists where some users need shares ("Sharing Objects")."""
    if owner.kind is not ObjectKind.CUSTOM or "OwnerId" not in owner.fields:
        return None
    models = (draft.scalars.get("sharingModel"), draft.scalars.get("externalSharingModel"))
    if all(model is None or model in _SHARED_BY_ALL for model in models):
        return None
    return share_object(owner.name, owner.label)
