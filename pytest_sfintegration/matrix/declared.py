"""What a row declares, in words for a reader who does not have the matrix at hand."""

from collections.abc import Iterable

from pytest_sfintegration.matrix.blocked_rules import request_key
from pytest_sfintegration.matrix.expectations import (
    BlockedEntityRow,
    BlockedRow,
    ChecklistRow,
    ClosedWorldRow,
    FieldsRow,
    ObjectRow,
    QueryRow,
    RecordRow,
    RequestRow,
    Row,
    SetupEntitiesRow,
    UserPermissionsRow,
)
from pytest_sfintegration.rights import Operation

__all__ = ["declared_of"]


def declared_of(row: Row) -> str:  # noqa: C901, PLR0911 - one for each kind of row
    """Return what must be so: ``create, read; via HubSpot_Sync`` of an object."""
    match row:
        case ObjectRow():
            return _via(_listed(one for one in Operation if one in row.allowed) or "no access", row.via)
        case FieldsRow():
            return _via(_fields(row), row.via)
        case UserPermissionsRow():
            return f"{_listed(one.name for one in row.allowed) or 'none'}; no other"
        case RecordRow():
            return f"{row.rule.access} on {row.rule.name}"
        case QueryRow():
            return f"refused: {row.soql}"
        case RequestRow():
            return f"refused: {request_key(row.rule)}"
        case BlockedRow() | BlockedEntityRow():
            return f"never: {row.kind} {row.name}"
        case SetupEntitiesRow():
            kinds = row.allowed.by_kind().items()
            told = [f"{kind} {_listed(one.name for one in names)}" for kind, names in kinds if names]
            return f"{'; '.join(told) or 'none'}; no other"
        case ClosedWorldRow():
            return "nothing on any other object"
        case ChecklistRow():
            return row.item.title


def _fields(row: FieldsRow) -> str:
    rule = row.rule
    edit = "all" if rule.all_edit else _listed(rule.edit)
    read = "all" if rule.all_read else _listed(one for one in rule.read if one not in rule.edit)
    parts = [f"edit {edit}"] if edit else []
    parts += [f"read {read}"] if read and not rule.all_edit else []
    if not rule.all_read:
        parts.append("others not judged" if rule.others_any else "others hidden")
    return "; ".join(parts)


def _via(text: str, via: Iterable[str]) -> str:
    names = _listed(via)
    return f"{text}; via {names}" if names else text


def _listed(names: Iterable[object]) -> str:
    return ", ".join(str(one) for one in names)
