"""Setup-entity access: Apex classes, flows, custom permissions, apps, pages, and readable types of one user.

SetupEntityAccess names the entity by id; its name stands in the entity's own table. Custom metadata types and
custom settings are CustomEntityDefinition there (Object Reference, "SetupEntityAccess"); that
EntityDefinition.DurableId is the same id is assumed, from public tools that join the two.

A user permission may stand for the access to all of a kind: Author Apex (Help, "Author Apex"), Customize
Application (Help, "Control Read Access to Custom Metadata Types"), View All Custom Settings (Help, "Grant
Permissions on Custom Settings"). Where Schema Settings do not restrict the access, every user has it: only
the describe that the user is given tells that. Protected types of packages are shown to nobody outside, the
setup user neither; elsewhere they behave as public ones (Help, "Protection and Privacy Options").
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pytest_sfintegration.access.blocked_evidence import SetupEntityAccess
from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.grants import ADMINISTRATORS_MARK, Grant
from pytest_sfintegration.access.tables import id_list, quoted
from pytest_sfintegration.orgs.client import OrgClient, query_path
from pytest_sfintegration.orgs.errors import OrgError, RefusedError

__all__ = [
    "APEX_CLASS",
    "CUSTOM_METADATA",
    "CUSTOM_SETTING",
    "KINDS",
    "PURPOSE",
    "entity_names",
    "read_setup_entities",
]

PURPOSE = "setup entities"
APEX_CLASS = "Apex class"
CUSTOM_METADATA = "custom metadata type"
CUSTOM_SETTING = "custom setting"
_EXTERNAL_APP = "external client app"

KINDS: Mapping[str, tuple[str, str]] = {
    APEX_CLASS: ("ApexClass", "SELECT Id, Name, NamespacePrefix FROM ApexClass"),
    "flow": ("FlowDefinition", "SELECT Id, DeveloperName, NamespacePrefix FROM FlowDefinition"),
    "custom permission": (
        "CustomPermission",
        "SELECT Id, DeveloperName, NamespacePrefix FROM CustomPermission",
    ),
    "connected app": ("ConnectedApplication", "SELECT Id, Name FROM ConnectedApplication"),
    "Apex page": ("ApexPage", "SELECT Id, Name, NamespacePrefix FROM ApexPage"),
    CUSTOM_METADATA: (
        "CustomEntityDefinition",
        "SELECT DurableId, QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName LIKE '%__mdt'",
    ),
    CUSTOM_SETTING: (
        "CustomEntityDefinition",
        "SELECT DurableId, QualifiedApiName FROM EntityDefinition WHERE IsCustomSetting = true",
    ),
    _EXTERNAL_APP: (
        "ExternalClientApplication",
        "SELECT Id, DeveloperName, NamespacePrefix FROM ExternalClientApplication",
    ),
}
"""The words of a kind, its SetupEntityType and the query of its names. Flows stand in the Tooling API."""

# The user permissions that stand for access to every entity of a kind.
_ALL_OF_A_KIND: Mapping[str, tuple[str, ...]] = {
    APEX_CLASS: ("AuthorApex",),
    CUSTOM_METADATA: ("CustomizeApplication",),
    CUSTOM_SETTING: ("CustomizeApplication", "ViewAllCustomSettings"),
}

_IDS_PER_QUERY = 200


def read_setup_entities(
    setup: OrgClient,
    configured: Configured,
    kinds: Collection[str],
    wanted: Iterable[tuple[str, str]],
    readable: Collection[str] | None = None,
) -> SetupEntityAccess:
    """Read what the user is granted of some kinds: two batches, one call more for flows.

    ``wanted`` are the entities, by kind and name, that must be granted: for each that is not, the containers
    that would grant it are looked up. ``readable`` are the objects that the org tells the user that it can
    read, None when it was not asked. Raise OrgError when a table cannot be read.
    """
    names = entity_names(setup, kinds)
    granted: dict[tuple[str, str], tuple[Grant, ...]] = {}
    muted: dict[tuple[str, str], tuple[Grant, ...]] = {}
    for (kind, entity_id), parents in _holders(setup, configured, kinds).items():
        key = names.get(entity_id[:15])
        if key is None and kind == KINDS[_EXTERNAL_APP][0]:
            raise OrgError(
                f"access to the external client app {entity_id} is granted, and {setup.username} does "
                "not see its row of ExternalClientApplication: give the setup user View Setup"
            )
        if key is None:
            continue
        if grants := configured.why_parents(parents):
            granted[key] = grants
        elif taken := configured.muted_parents(parents):
            muted[key] = taken
    existing = frozenset(names.values())
    for kind in kinds:
        if wide := _wide(configured, kind):
            granted |= {key: (*granted.get(key, ()), *wide) for key in existing if key[0] == kind}
    missing = {key for key in wanted if key in existing and key not in granted}
    ids = [entity_id for entity_id, key in names.items() if key in missing]
    nearest = _nearest(setup, configured, ids, names) if ids else {}
    types = frozenset(key for key in existing if key[0] in {CUSTOM_METADATA, CUSTOM_SETTING})
    return SetupEntityAccess(
        existing=existing,
        granted=granted,
        muted=muted,
        nearest=nearest,
        described={} if readable is None else {key: key[1] in readable for key in types},
    )


def _wide(configured: Configured, kind: str) -> tuple[Grant, ...]:
    """Return the grants of the user permissions that stand for all of a kind."""
    return tuple(
        grant
        for name in _ALL_OF_A_KIND.get(kind, ())
        for grant in configured.why_user_permission(name, because=name)
    )


def entity_names(setup: OrgClient, kinds: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return 15 characters of an id -> (kind, name); what a package brings has its namespace before it."""
    plain = [kind for kind in KINDS if kind in kinds and kind != "flow"]
    answers = setup.answers([KINDS[one][1] for one in plain], purpose=PURPOSE)
    tables = {kind: _rows(kind, answer) for kind, answer in zip(plain, answers, strict=True)}
    if "flow" in kinds:
        tables["flow"] = _flows(setup)
    return {
        str(row.get("DurableId") or row["Id"])[:15]: (kind, _name(row))
        for kind, rows in tables.items()
        for row in rows
    }


def _rows(kind: str, answer: list[Mapping[str, Any]] | OrgError) -> list[Mapping[str, Any]]:
    """Return the rows of a table; an org without external client apps may have no table of them (assumed)."""
    if not isinstance(answer, OrgError):
        return answer
    if kind == _EXTERNAL_APP and isinstance(answer, RefusedError) and answer.error.code == "INVALID_TYPE":
        return []
    raise answer


def _flows(setup: OrgClient) -> list[Mapping[str, Any]]:
    path = "/tooling" + query_path(KINDS["flow"][1])
    rows: list[Mapping[str, Any]] = []
    while True:
        page = setup.get(path, purpose=PURPOSE)
        rows.extend(page["records"])
        if page.get("done", True):
            break
        path = page["nextRecordsUrl"]
    if len(rows) < page["totalSize"]:
        raise OrgError(f"FlowDefinition: {len(rows)} of {page['totalSize']} records came")
    return rows


def _name(row: Mapping[str, Any]) -> str:
    if "QualifiedApiName" in row:
        return str(row["QualifiedApiName"])
    name = str(row.get("DeveloperName") or row["Name"])
    namespace = row.get("NamespacePrefix")
    return f"{namespace}__{name}" if namespace else name


def _holders(
    setup: OrgClient, configured: Configured, kinds: Collection[str]
) -> dict[tuple[str, str], set[str]]:
    """Return the entities that any container of the user grants: (type, id) -> ids of those containers."""
    types = ", ".join(
        quoted(each) for each in dict.fromkeys(KINDS[kind][0] for kind in KINDS if kind in kinds)
    )
    ids = sorted(configured.parent_ids)
    select = (
        "SELECT ParentId, SetupEntityId, SetupEntityType FROM SetupEntityAccess "
        f"WHERE SetupEntityType IN ({types})"
    )
    texts = [
        f"{select} AND ParentId IN {id_list(ids[start : start + _IDS_PER_QUERY])}"
        for start in range(0, len(ids), _IDS_PER_QUERY)
    ]
    held: dict[tuple[str, str], set[str]] = {}
    for rows in setup.queries(texts, purpose=PURPOSE):
        for row in rows:
            key = str(row["SetupEntityType"]), str(row["SetupEntityId"])
            held.setdefault(key, set()).add(str(row["ParentId"]))
    return held


def _nearest(
    setup: OrgClient, configured: Configured, ids: list[str], names: Mapping[str, tuple[str, str]]
) -> dict[tuple[str, str], tuple[Grant, ...]]:
    """Return the containers of the org that grant what the user lacks.

    Those whose assignment has expired come first, then permission sets before profiles.
    """
    select = (
        "SELECT ParentId, SetupEntityId, Parent.Name, Parent.IsOwnedByProfile, Parent.Profile.Name, "
        f"Parent.Type, Parent.{ADMINISTRATORS_MARK} FROM SetupEntityAccess"
    )
    texts = [
        f"{select} WHERE SetupEntityId IN {id_list(ids[start : start + _IDS_PER_QUERY])}"
        for start in range(0, len(ids), _IDS_PER_QUERY)
    ]
    found: dict[tuple[str, str], list[Grant]] = {}
    for rows in setup.queries(texts, purpose=PURPOSE):
        for row in rows:
            grant = configured.expired.get(row["ParentId"]) or _grant(row.get("Parent") or {})
            if grant is not None:
                found.setdefault(names[str(row["SetupEntityId"])[:15]], []).append(grant)
    return {
        key: tuple(sorted(grants, key=lambda one: (one.lacking is None, one.kind == "profile", one.name)))
        for key, grants in found.items()
    }


def _grant(parent: Mapping[str, Any]) -> Grant | None:
    if not parent.get("Name") or parent.get("Type") == "Group":
        return None  # a muting set; or a group's calculated row, which repeats its members
    if parent.get("IsOwnedByProfile"):
        if parent.get(ADMINISTRATORS_MARK):
            return None
        profile = parent.get("Profile") or {}
        return Grant(name=profile.get("Name") or str(parent["Name"]), kind="profile")
    return Grant(name=str(parent["Name"]), kind="permission set")
