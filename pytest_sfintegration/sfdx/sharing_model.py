"""The part of the model that decides about records: roles, groups, queues and rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = [
    "UNREADABLE",
    "CriteriaItem",
    "Group",
    "Queue",
    "RestrictionRule",
    "Role",
    "SharedWith",
    "SharingRule",
]

_EMPTY: Mapping[str, Any] = MappingProxyType({})

UNREADABLE = "unreadable"
"""The kind of a ``SharedWith`` whose element could not be read; its name says why, with file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of the role hierarchy; the access levels are Private/Read/Edit in the metadata's own words."""

    name: str
    label: str
    parent: str | None = None
    case_access: str | None = None
    contact_access: str | None = None
    opportunity_access: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A public group. Members are not part of the metadata: they belong to the org's users."""

    name: str
    label: str
    includes_bosses: bool = True
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWith:
    """One ``sharedTo``/``sharedFrom`` member: its element (role, group, allInternalUsers, ...) and value."""

    kind: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue, the objects it may own, and its members.

    ``includes_bosses``: those above its members have what they have (Metadata API guide, Queue; a file of
    before API version 67.0 does not say, and then they do: assumed).
    """

    name: str
    label: str
    objects: tuple[str, ...] = ()
    members: tuple[SharedWith, ...] = ()
    users: tuple[str, ...] = ()
    includes_bosses: bool = True
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaItem:
    """One line of a criteria-based rule; ``operation`` in the metadata's words (equals, notEqual, ...)."""

    field: str
    operation: str
    value: str = ""
    value_field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingRule:
    """A sharing rule. ``type`` is owner, criteria, guest or territory."""

    name: str
    label: str
    object: str
    type: str
    access_level: str  # Read, Edit
    shared_to: SharedWith
    shared_from: SharedWith | None = None
    criteria: tuple[CriteriaItem, ...] = ()
    boolean_filter: str | None = None
    include_records_owned_by_all: bool = True
    account_settings: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionRule:
    """A restriction or scoping rule (``enforcementType``)."""

    name: str
    object: str
    active: bool
    enforcement_type: str
    user_criteria: str
    record_filter: str
    path: str | None = None
