"""Single changes of what sharing gives, on the objects whose records a matrix speaks of.

The organization-wide default a step wider; a rule more for each owner whose records the matrix hides; each
rule taken away that shares with the user's public groups, territories or role. A change is proposed only
where the user's rights on the object let it come through, and no View All or Modify All passes sharing by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pytest_sfintegration.matrix.model import NO_RECORD_ACCESS, Matrix, ObjectRule, OwnerRule
from pytest_sfintegration.rights import Operation
from pytest_sfintegration.sfdx.lazy import Lazy
from pytest_sfintegration.sfdx.model import ObjectDef, SharedWith, SharingRule, Source
from pytest_sfintegration.strength.changes import Change

__all__ = ["sharing_changes"]

# sharingModel -> the next wider one, and the object permission without which it gives nothing
_WIDER: Mapping[str, tuple[str, Operation]] = {
    "Private": ("Read", Operation.READ),
    "Read": ("ReadWrite", Operation.EDIT),
}
_WHOLE = {Operation.VIEW_ALL, Operation.MODIFY_ALL}
_EVERYBODY = SharedWith(kind="allInternalUsers")


def sharing_changes(source: Source, matrix: Matrix) -> Iterator[Change]:
    """Yield each change of the sharing of the objects in ``records:``."""
    reached = [SharedWith(kind="group", name=one.name) for one in matrix.user.public_groups]
    reached += [SharedWith(kind="territory", name=one.name) for one in matrix.user.territories]
    if matrix.user.role is not None:
        reached.append(SharedWith(kind="role", name=matrix.user.role.name))
    for name in matrix.records:
        rule, definition = matrix.objects.get(name), source.objects.get(name)
        if rule is None or definition is None or not _WHOLE.isdisjoint(rule.access):
            continue
        yield from _widened(source, matrix, rule, definition)
        if definition.sharing_model == "Private" and Operation.READ in rule.access and reached:
            yield from _shared(source, matrix, name, reached[0])
        for each in source.sharing_rules:
            if each.object == name and each.shared_to in reached:
                left = tuple(other for other in source.sharing_rules if other is not each)
                what = f"sharing rule {each.name} of {name} removed"
                yield _change(what, replace(source, sharing_rules=left), matrix)


def _widened(source: Source, matrix: Matrix, rule: ObjectRule, definition: ObjectDef) -> Iterator[Change]:
    model = definition.sharing_model or ""
    wider, needed = _WIDER.get(model, ("", Operation.READ))
    if wider and needed in rule.access:
        yield _change(
            f"organization-wide default of {definition.name} widened from {model} to {wider}",
            replace(source, objects=_with(source, replace(definition, sharing_model=wider))),
            matrix,
        )


def _shared(source: Source, matrix: Matrix, name: str, to: SharedWith) -> Iterator[Change]:
    """Yield a rule for each owner of a record that the matrix hides."""
    hidden = (each for each in matrix.records[name] if each.access == NO_RECORD_ACCESS)
    owners = dict.fromkeys(_source_of(each.owner) for each in hidden if each.where is None)
    for owner in owners:
        rule = SharingRule(
            name="Seeded_Rule",
            label="Seeded rule",
            object=name,
            type="owner",
            access_level="Read",
            shared_to=to,
            shared_from=owner,
        )
        what = f"sharing rule on {name} of {_words(owner)} added for {_words(to)}"
        yield _change(what, replace(source, sharing_rules=(*source.sharing_rules, rule)), matrix)


def _source_of(owner: OwnerRule | None) -> SharedWith:
    if owner is None or owner.kind not in {"role", "queue"}:
        return _EVERYBODY
    return SharedWith(kind=owner.kind, name=owner.name)


def _change(what: str, source: Source, matrix: Matrix) -> Change:
    return Change(what=what, kind="sharing", source=source, matrix=matrix)


def _with(source: Source, definition: ObjectDef) -> Mapping[str, ObjectDef]:
    objects, changed = source.objects, {definition.name: definition}
    return objects.extended(changed) if isinstance(objects, Lazy) else {**objects, **changed}


def _words(one: SharedWith) -> str:
    if one.name is None:
        return "all internal users"
    return f"{'public group' if one.kind == 'group' else one.kind} {one.name}"
