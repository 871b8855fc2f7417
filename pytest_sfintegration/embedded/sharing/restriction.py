"""Restriction rules: after sharing, they hide records from queries.

Restriction Rules Developer Guide: ``field = value``, several values separated by commas, ``$User`` fields and
one step over a lookup. Users with View All or Modify All do not feel them (documented: Help article
001484442). Scoping rules hide nothing. Of several active rules, restriction or scoping, that apply to a user
only one is observed (the guide, "Restriction Rules"), and no page says which.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pytest_sfintegration.embedded.permissions import EffectivePermissions
from pytest_sfintegration.embedded.platform_fields import is_computed, is_unknown, why_unknown
from pytest_sfintegration.embedded.sharing.context import SharingContext
from pytest_sfintegration.embedded.sharing.model import Record, SharingNotModelled, UserFacts
from pytest_sfintegration.sfdx.model import FieldDef, Governance, ObjectDef, RestrictionRule

__all__ = ["Restriction", "restriction"]

_EQUATION: Final = re.compile(r"^\s*([$\w:.]+)\s*=\s*(.+?)\s*$", re.DOTALL)
_COMPLEX: Final = re.compile(r"\b(AND|OR|NOT)\b|[()<>]|!=", re.IGNORECASE)
_QUOTES: Final = "'\"\u2018\u2019\u201c\u201d"


class Restriction:
    """The rule that applies to one user on one object."""

    def __init__(self, rule: RestrictionRule, allows: Callable[[Record], bool]) -> None:
        self.name = rule.name
        self.allows = allows


def restriction(
    context: SharingContext, user: UserFacts, permissions: EffectivePermissions, obj: ObjectDef
) -> Restriction | None:
    """Return the restriction rule that applies, if any.

    Raise SharingNotModelled when a rule cannot be evaluated, or when several apply of which one restricts.
    """
    held = permissions.object_permission(obj.name)
    if held.view_all or held.modify_all:
        return None
    active = [
        rule
        for rule in context.source.restriction_rules
        if rule.active and rule.object.lower() == obj.name.lower()
    ]
    applying = [rule for rule in active if not _scopes(rule) and _applies(rule, user, permissions)]
    if not applying:
        return None
    applying += [rule for rule in active if _scopes(rule) and _applies(rule, user, permissions)]
    if len(applying) > 1:
        names = ", ".join(f"{rule.name} ({rule.path})" if rule.path else rule.name for rule in applying)
        raise SharingNotModelled(
            f"Several restriction rules apply to {user.username} on {obj.name}: {names}. An org observes "
            "only one of them, and no documentation tells which. Have one rule at most apply to a user."
        )
    rule = applying[0]
    if rule.enforcement_type.lower() != "restrict":
        raise _refusal(rule, f"the enforcement type {rule.enforcement_type!r} is not modelled")
    return Restriction(rule, _record_filter(context, rule, user, obj))


def _scopes(rule: RestrictionRule) -> bool:
    return rule.enforcement_type.lower() == "scoping"


def _applies(rule: RestrictionRule, user: UserFacts, permissions: EffectivePermissions) -> bool:
    left, right = _equation(rule, rule.user_criteria)
    if left.lower().startswith("$permission."):
        name = left.split(".", 1)[1].lower()
        held = any(one.lower() == name for one in permissions.setup_entities("CustomPermission"))
        return held == (right.lower() == "true")
    if not left.lower().startswith("$user."):
        raise _refusal(rule, f"the user criterion {rule.user_criteria!r} is not about $User or $Permission")
    return _key(_user_field(rule, user, left)) in _alternatives(rule, user, right)


def _record_filter(
    context: SharingContext, rule: RestrictionRule, user: UserFacts, obj: ObjectDef
) -> Callable[[Record], bool]:
    left, right = _equation(rule, rule.record_filter)
    wanted = _alternatives(rule, user, right)
    value = _path(context, rule, obj, left)
    return lambda record: _key(value(record)) in wanted


def _path(
    context: SharingContext, rule: RestrictionRule, obj: ObjectDef, path: str
) -> Callable[[Record], Any]:
    steps = path.split(".")
    if len(steps) > 1 and steps[0].lower() == obj.name.lower():
        steps = steps[1:]
    fields = {name.lower(): field for name, field in obj.fields.items()}
    if len(steps) == 1 and steps[0].lower() in fields:
        found = fields[steps[0].lower()]
        _require_stored(rule, obj, found)
        return lambda record: _known(rule, obj.name, found.name, record)
    if len(steps) != 2:  # noqa: PLR2004 - relationship.field
        raise _refusal(rule, f"the path {path!r} is not modelled")
    relationship = steps[0].split(":", 1)[0].lower()
    if relationship == "owner":
        return lambda record: _owner_field(context, rule, record, steps[1])
    lookups = [one for one in obj.fields.values() if (one.relationship_name or "").lower() == relationship]
    if len(lookups) != 1 or len(lookups[0].reference_to) != 1:
        raise _refusal(rule, f"the path {path!r} is not modelled")
    target = context.object(lookups[0].reference_to[0])
    named = {} if target is None else {name.lower(): name for name in target.fields}
    if target is None or steps[1].lower() not in named:
        raise _refusal(rule, f"the path {path!r} is not modelled")
    _require_stored(rule, target, target.fields[named[steps[1].lower()]])
    setup = target.governance is Governance.SETUP
    step = _Step(lookup=lookups[0], target=target.name, field=named[steps[1].lower()], complete=setup)
    return lambda record: _parent_field(context, rule, step, record)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A step over a lookup; ``complete``: a row has every column that the org knows, null or not."""

    lookup: FieldDef
    target: str
    field: str
    complete: bool


def _parent_field(context: SharingContext, rule: RestrictionRule, step: _Step, record: Record) -> Any:
    parent_id = record.get(step.lookup.name)
    parent = None if parent_id is None else context.records.get(step.target, parent_id)
    if parent is None:
        return None
    if step.complete and step.field not in parent:
        raise _refusal(rule, f"{step.target}.{step.field} is not known to the embedded org")
    return _known(rule, step.target, step.field, parent)


def _require_stored(rule: RestrictionRule, obj: ObjectDef, field: FieldDef) -> None:
    if is_computed(obj, field):
        raise _refusal(rule, f"the value of {obj.name}.{field.name} is computed by the platform, not here")


def _known(rule: RestrictionRule, object_name: str, name: str, record: Record) -> Any:
    """Return what a record holds in a field; refuse a derived one that is not known."""
    if is_unknown(object_name, name, record):
        raise _refusal(rule, why_unknown(object_name, name, record))
    return record.get(name)


def _owner_field(context: SharingContext, rule: RestrictionRule, record: Record, name: str) -> Any:
    owner = context.audience.users.get(record.get("OwnerId") or "")
    return None if owner is None else _user_field(rule, owner, f"$User.{name}")


def _user_field(rule: RestrictionRule, user: UserFacts, path: str) -> Any:
    name = path.split(".", 1)[1].lower()
    known: dict[str, Any] = {key.lower(): value for key, value in user.fields.items()}
    known |= {
        "id": user.id,
        "username": user.username,
        "isactive": user.is_active,
        "managerid": user.manager_id,
        "usertype": user.user_type,
    }
    if name not in known:
        raise _refusal(rule, f"the user field {path!r} is not known to the embedded org")
    return known[name]


def _alternatives(rule: RestrictionRule, user: UserFacts, text: str) -> frozenset[str]:
    if text.lower().startswith("$user."):
        return frozenset({_key(_user_field(rule, user, text))} - {""})
    if text.startswith("$"):
        raise _refusal(rule, f"the value {text!r} is not modelled")
    bare = text.strip(_QUOTES) if text[:1] in _QUOTES else text
    if any(quote in bare for quote in _QUOTES):
        raise _refusal(rule, f"the value {text!r} has quotes within quotes, which are not modelled")
    return frozenset(_key(part.strip()) for part in bare.split(",")) - {""}


def _equation(rule: RestrictionRule, text: str) -> tuple[str, str]:
    match = _EQUATION.match(text)
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", text)
    if match is None or _COMPLEX.search(unquoted):
        raise _refusal(rule, f"the criterion {text!r} is not of the form field = value")
    return match.group(1), match.group(2)


def _key(value: Any) -> str:
    """Return a value as it compares: text in lower case, ids by their first 15 characters."""
    if value is None:
        return ""
    text = str(value).lower()
    is_id = len(text) == 18 and text.isalnum()  # noqa: PLR2004 - the length of an id
    return text[:15] if is_id else text


def _refusal(rule: RestrictionRule, why: str) -> SharingNotModelled:
    where = f" ({rule.path})" if rule.path else ""
    return SharingNotModelled(
        f"Restriction rule {rule.name} on {rule.object}{where} cannot be evaluated: {why}. "
        "Judge this object on a live org, or deactivate the rule in the source."
    )
