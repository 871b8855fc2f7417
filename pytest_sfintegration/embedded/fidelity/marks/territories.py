"""What is known of Sales Territories."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import ASSUMED, DOCUMENTED, row, rows

__all__ = ["territory_marks"]

_HELP = "Salesforce Help"
_META = "Metadata API Developer Guide"
_OBJECTS = "Object Reference"
_GROUPS = "Salesforce Record Access: Under the Hood, Group Maintenance Tables"

_MEMBERS = (
    row(
        "territory => sharedTo territory|territories => sharedTo territories|territoryandsubordinates => "
        "sharedTo territoryAndSubordinates|territoriesandsubordinates => sharedTo territoriesAndSubordinates",
        DOCUMENTED,
        f"{_META}, SharingRules and SharedTo; {_GROUPS}",
        "and the users of the territories above, as indirect members; not those above in the role hierarchy "
        "(assumed)",
    ),
)

_CAUSES = (
    row(
        "sharing.engine: rule.row_cause => RowCause Rule, Territory (assignment rule) or TerritoryRule|"
        "sharing.grants: rule.cause => Rule, or Territory by an assignment rule|"
        "sharing.grants: entry.cause => Manual, Team, Territory2AssociationManual, Territory2Forecast, or an "
        "Apex reason",
        DOCUMENTED,
        f"{_OBJECTS}, AccountShare; {_OBJECTS}, AccountRelationshipShare; {_HELP} article 005133013",
        "the words of API 45.0 in every version",
    ),
)

_RULES = (
    row(
        "sharing.territories => a territory gives its levels on its accounts and their children|"
        "sharing.territory_groups => users of a territory and of those above it",
        DOCUMENTED,
        f"{_HELP}, Define Default User Access for Territory Records; {_GROUPS}",
        "an assignment rule of one territory assigns what it matches; one that is inherited is refused where "
        "it could decide; several rules of a territory are alternatives (assumed)",
    ),
    row(
        "sharing.territory_groups.TerritoryGroups.direct => nobody is in a territory of a model that is not "
        "active, nor in one of the original territory management",
        DOCUMENTED,
        f"{_HELP}, Territory Model State; {_OBJECTS}, Territory",
    ),
    row(
        "sharing.territory_groups._unknown => rules name MODEL.TERRITORY",
        DOCUMENTED,
        f"{_META}, SharingRules (SharingOwnerRule)",
        "another name is refused where it decides",
    ),
    row(
        "sharing.rules._assigned => a territory rule shares the accounts assigned to the territory",
        ASSUMED,
        "",
        "Metadata API has the rules; Help speaks of them for the original territory management only",
    ),
    row(
        "sharing.rules.CompiledRule.row_cause => RowCause of what rules share",
        DOCUMENTED,
        f"{_OBJECTS}, AccountShare",
    ),
)

_TABLES = (
    row(
        "Territory2|Territory2Model|Territory2Type|UserTerritory2Association|ObjectTerritory2Association",
        DOCUMENTED,
        f"{_OBJECTS}, each table",
        "where the source has Sales Territories; the levels of Territory2 in the metadata's words, and who "
        "writes the associations, are assumed; no other row of them is written than an association and the "
        "State of a model",
    ),
)

_PERMISSIONS = (
    row(
        "tables.territory_rows ManageTerritories|territories ManageTerritories",
        DOCUMENTED,
        f"{_OBJECTS}, Territory2Model; {_OBJECTS}, Territory",
        "to see models that are not active, and to write; in a source with Sales Territories every "
        "administrator has it (assumed)",
    ),
)

_CODES = (
    row(
        "write.territories 400 DUPLICATE_VALUE|write.territories 400 FIELD_INTEGRITY_EXCEPTION|"
        "write.territories 404 INVALID_CROSS_REFERENCE_KEY|write.territories 404 NOT_FOUND",
        ASSUMED,
        "",
        "a second assignment, the cause of a rule, a step between states that there is not, no such row",
    ),
)

_WRITES = (
    row(
        "write.territories.TerritoryWrites.insert => assigning a user or an account|"
        "write.territories.TerritoryWrites.delete => taking one out, past the recycle bin|"
        "write.territories.TerritoryWrites._of_record => accounts only, by the cause Territory2Manual",
        DOCUMENTED,
        f"{_OBJECTS}, UserTerritory2Association; {_OBJECTS}, ObjectTerritory2Association",
        "leads are refused; texts and codes are assumed",
    ),
    row(
        "write.territories.TerritoryWrites.update => a model goes from Planning to Active to Archived",
        DOCUMENTED,
        f"{_HELP}, Activate a Territory Model; {_HELP}, Archive a Territory Model",
        "at once (assumed)",
    ),
    row(
        "write.territories.TerritoryWrites._check_known => a territory that cannot be known is refused",
        ASSUMED,
    ),
)


def territory_marks() -> Iterator[Mark]:
    """Yield the marks of Sales Territories."""
    yield from rows(Kind.MEMBER, _MEMBERS)
    yield from rows(Kind.CAUSE, _CAUSES)
    yield from rows(Kind.RECORD_RULE, _RULES)
    yield from rows(Kind.TABLE, _TABLES)
    yield from rows(Kind.USER_PERMISSION, _PERMISSIONS)
    yield from rows(Kind.ERROR, _CODES)
    yield from rows(Kind.WRITE_RULE, _WRITES)
