"""Bases merged into the matrix that extends them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_sfintegration.matrix.blocked_rules import request_key
from pytest_sfintegration.matrix.model import (
    SETUP_ENTITY_KINDS,
    Blocked,
    Ignore,
    Named,
    RecordRule,
    RequestRule,
    SetupEntities,
)
from pytest_sfintegration.matrix.parts import Part

__all__ = ["merge"]


def merge(parts: Sequence[Part]) -> Part:
    """Return the parts as one; each goes before those that precede it. The last is the file itself.

    An object, and a key of the user block, replaces the base's; ``blocked``, ``user_permissions``,
    ``setup_entities`` and ``ignore`` are united, and so are the ``records`` of an object: one of the same
    name replaces the base's. So does a key of the ``checklist``, and a waiver of the same item.
    """
    merged = parts[0]
    for part in parts[1:]:
        merged = Part(
            path=part.path,
            at=part.at,
            extends=part.extends,
            integration=part.integration or merged.integration,
            user={**merged.user, **part.user},
            user_at=part.user_at or merged.user_at,
            objects={**merged.objects, **part.objects},
            records=_recorded(merged.records, part.records),
            blocked=Blocked(
                objects=_united(merged.blocked.objects, part.blocked.objects),
                fields=_united(merged.blocked.fields, part.blocked.fields),
                user_permissions=_united(merged.blocked.user_permissions, part.blocked.user_permissions),
                queries=_united(merged.blocked.queries, part.blocked.queries),
                requests=_requests(merged.blocked.requests, part.blocked.requests),
                setup_entities=_entities(merged.blocked.setup_entities, part.blocked.setup_entities),
            ),
            setup_entities=_allowed(merged.setup_entities, part.setup_entities),
            setup_entities_at=part.setup_entities_at or merged.setup_entities_at,
            user_permissions=_united(merged.user_permissions, part.user_permissions),
            ignore=_ignored(merged.ignore, part.ignore),
            checklist=merged.checklist if part.checklist is None else part.checklist.over(merged.checklist),
        )
    return merged


def _united(base: tuple[Named, ...], own: tuple[Named, ...]) -> tuple[Named, ...]:
    return tuple({each.name: each for each in (*base, *own)}.values())


def _recorded(
    base: Mapping[str, tuple[RecordRule, ...]], own: Mapping[str, tuple[RecordRule, ...]]
) -> dict[str, tuple[RecordRule, ...]]:
    return {
        name: tuple({rule.slug: rule for rule in (*base.get(name, ()), *own.get(name, ()))}.values())
        for name in dict.fromkeys([*base, *own])
    }


def _ignored(base: tuple[Ignore, ...], own: tuple[Ignore, ...]) -> tuple[Ignore, ...]:
    """Unite entries; a name that is ignored again is the later entry's alone, with its reason and expiry."""
    kept = (_without(entry, own) for entry in base)
    return (*(entry for entry in kept if entry is not None), *own)


def _without(entry: Ignore, others: tuple[Ignore, ...]) -> Ignore | None:
    left: dict[str, Any] = {}
    for kind in ("objects", "fields", "user_permissions"):
        again = {named.name for other in others for named in getattr(other, kind)}
        left[kind] = tuple(named for named in getattr(entry, kind) if named.name not in again)
    return replace(entry, **left) if any(left.values()) else None


def _requests(base: tuple[RequestRule, ...], own: tuple[RequestRule, ...]) -> tuple[RequestRule, ...]:
    return tuple({request_key(each): each for each in (*base, *own)}.values())


def _entities(base: SetupEntities, own: SetupEntities) -> SetupEntities:
    return SetupEntities(
        **{key: _united(getattr(base, key), getattr(own, key)) for key in SETUP_ENTITY_KINDS}
    )


def _allowed(base: SetupEntities | None, own: SetupEntities | None) -> SetupEntities | None:
    return own if base is None else base if own is None else _entities(base, own)
