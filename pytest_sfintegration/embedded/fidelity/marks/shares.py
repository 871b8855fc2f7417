"""What is known of share objects and of the rows that are written to them."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    COMMUNITY,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["share_marks"]

_SHARE = "Object Reference, AccountShare"
_APEX = "Apex Developer Guide"
_NOTES = "Summer '20 release notes, Permission Changes for Customization Features"
_BELOW = "a post on iterativelogic.com, Friends don't let Friends Troubleshoot Alone"

_RULES = (
    row("share_objects => share objects as a user sees them", DOCUMENTED, f"{_SHARE}; {_NOTES}"),
    row(
        "share_objects.share_permission => share objects are for who has access to the object",
        DOCUMENTED,
        f"{_SHARE}; {_NOTES}",
        "that writing takes Edit on the object is assumed; the rows of UserShare are refused",
    ),
    row(
        "share_objects.as_shared => shares of an object that is Controlled by Parent are not written",
        DOCUMENTED,
        "Object Reference, ContactShare and AccountShare",
        "nor the level of an account's contacts then",
    ),
)

_WRITES = (
    row(
        "write.share_rows.ShareRows.insert => manual shares",
        DOCUMENTED,
        _SHARE,
        "a second share with the same user or group changes the first one (community: "
        "LawrenceLoz/FormulaShare-DX issue 5)",
    ),
    row("write.share_rows.ShareRows.update => the level of a manual share", DOCUMENTED, _SHARE),
    row(
        "write.share_rows.ShareRows.delete => manual shares are deleted",
        DOCUMENTED,
        _SHARE,
        "into no recycle bin (assumed)",
    ),
    row(
        "write.share_rows.ShareRows.owner_changed => manual shares go when the owner changes",
        DOCUMENTED,
        f"{_APEX}, Understanding Sharing; Salesforce Help, Manual Sharing Considerations",
    ),
    row(
        "write.share_rows.ShareRows._manual => other shares are read-only",
        DOCUMENTED,
        _SHARE,
        "the code of the refusal is assumed",
    ),
    row(
        "write.share_rows.ShareRows._check_sharer => who may share a record",
        DOCUMENTED,
        f"{_APEX}, Understanding Sharing",
    ),
    row(
        "write.share_rows.ShareRows._check_record => no share with the owner of a standard record",
        COMMUNITY,
        "LawrenceLoz/FormulaShare-DX issue 134",
        "the code: a post on michaelwelburn.com; a share of a private contact is refused",
    ),
    row(
        "write.share_rows.ShareRows._check_levels => Read or Edit, and above the org-wide default|"
        "write.share_rows._check_word => the words of a level",
        DOCUMENTED,
        f"{_SHARE}; {_APEX}, Sharing a Record Using Apex",
    ),
    row(
        "write.share_rows.ShareRows._check_account => an account's levels: none below, one above",
        DOCUMENTED,
        _SHARE,
        "that the level of contacts counts as well is assumed; what is left out is the default (community)",
    ),
    row(
        "write.share_rows.ShareRows._default => the default that a level is compared with",
        DOCUMENTED,
        _SHARE,
        "a default that is not known is refused",
    ),
)

_CODES = (
    row(
        "write.share_rows 400 FIELD_FILTER_VALIDATION_EXCEPTION",
        DOCUMENTED,
        f"{_APEX}, Sharing a Record Using Apex",
        "for custom objects, with AccessLevel in the text; assumed for standard ones, for All, and the text",
    ),
    row("write.share_rows 400 INVALID_ACCESS_LEVEL", COMMUNITY, _BELOW, "AccountShare; the text is theirs"),
    row(
        "write.share_rows 400 FIELD_INTEGRITY_EXCEPTION|"
        "write.share_rows 400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ASSUMED,
        "",
        "RowCause and level are restricted picklists (documented); the codes are assumed",
    ),
    row("write.share_rows 404 INVALID_CROSS_REFERENCE_KEY", RECORDED, "case rec.delete.nonexistent"),
)

_PERMISSIONS = (row("share_objects CustomizeApplication => UserShare", DOCUMENTED, _NOTES),)


def share_marks() -> Iterator[Mark]:
    """Yield the marks of share objects."""
    yield from rows(Kind.PERMISSION_RULE, _RULES)
    yield from rows(Kind.WRITE_RULE, _WRITES)
    yield from rows(Kind.ERROR, _CODES)
    yield from rows(Kind.USER_PERMISSION, _PERMISSIONS)
