"""What is known of the recycle bin: undelete and emptying it."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import ASSUMED, DOCUMENTED, RECORDED, row, rows

__all__ = ["recycling_marks"]

_SOAP = "SOAP API Developer Guide"
_HELP = "Salesforce Help"
_NOT_IN_BIN = f"{_HELP}, article 000386040"

_LOGINS = (
    row(
        "SOAP undelete => SOAP undelete()|SOAP emptyRecycleBin => SOAP emptyRecycleBin()",
        DOCUMENTED,
        f"{_SOAP}, undelete(), emptyRecycleBin(), AllOrNoneHeader",
        "partner and enterprise; 200 ids (for undelete() assumed); the elements of a result are in the "
        "order of the WSDL",
    ),
)

_CODES = (
    row(
        "login.soap 403 API_DISABLED_FOR_ORG|login.soap 403 REQUEST_LIMIT_EXCEEDED|"
        "login.soap 403 INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        DOCUMENTED,
        f"{_SOAP}, ExceptionCode",
        "as a fault; texts as elsewhere (assumed)",
    ),
    row(
        "login.soap_bin 400 EXCEEDED_ID_LIMIT",
        DOCUMENTED,
        f"{_SOAP}, ExceptionCode",
        "as a fault; the text is assumed",
    ),
    row(
        "login.soap_bin 400 MALFORMED_ID|login.soap_bin 404 INVALID_CROSS_REFERENCE_KEY|"
        "write.restoring 404 INVALID_CROSS_REFERENCE_KEY",
        ASSUMED,
        "",
        "as deleting answers: an id that is none, and a record that is not there or hidden",
    ),
    row(
        "login.soap_bin 400 ALL_OR_NONE_OPERATION_ROLLED_BACK",
        RECORDED,
        "case comp.collections.rollback",
        "of collections; by SOAP it is assumed to be the same",
    ),
    row(
        "write.restoring 400 UNDELETE_FAILED",
        DOCUMENTED,
        _NOT_IN_BIN,
        "for a detail whose master is deleted it is assumed",
    ),
    row(
        "write.restoring DELETE_FAILED|write.restoring 403 INSUFFICIENT_ACCESS_OR_READONLY",
        ASSUMED,
        "",
        "emptying what is not in the bin, and what somebody else deleted (refused: documented)",
    ),
    row("write.unique 400 DUPLICATE_VALUE", RECORDED, "k-capehart/go-salesforce issue 133"),
)

_PERMISSIONS = (
    row(
        "write.restoring ModifyAllData => Modify All Data, for what others deleted",
        DOCUMENTED,
        f"{_HELP}, Recycle Bin; {_SOAP}, emptyRecycleBin()",
    ),
)

_RULES = (
    row(
        "write.cascade.Cascade.undelete => details come back with their master",
        DOCUMENTED,
        f"{_SOAP}, undelete(); Apex Developer Guide, Deleting Records",
        "those that were deleted with it; custom lookups and a few standard ones point to it again; its "
        "shares and its team come back (assumed)",
    ),
    row(
        "write.restoring.Restoring.undelete => who undeletes",
        DOCUMENTED,
        f"{_HELP}, Recycle Bin",
        "who deleted the record, or stands above that user (assumed, as for emptying), or Modify All Data",
    ),
    row(
        "write.restoring.Restoring.empty => who empties the bin",
        DOCUMENTED,
        f"{_SOAP}, emptyRecycleBin()",
        "queryAll shows the records still, for as long as the org lives (a real org: about a day)",
    ),
    row("write.restoring.Restoring._binned => what is in the bin", DOCUMENTED, _NOT_IN_BIN),
    row(
        "write.recycle_bin.RecycleBin.get => fifteen days",
        DOCUMENTED,
        f"{_SOAP}, emptyRecycleBin()",
        "its limit by licences is not applied",
    ),
    row(
        "write.recycle_bin.keeps => what never goes into the bin: members of teams who were taken off",
        DOCUMENTED,
        f"Object Reference, OpportunityTeamMember; {_SOAP}, undelete()",
        "assumed for share rows, case teams and default teams",
    ),
    row("write.unique.check_unique => unique fields", RECORDED, "k-capehart/go-salesforce issue 133"),
)


def recycling_marks() -> Iterator[Mark]:
    """Yield the marks of the recycle bin."""
    yield from rows(Kind.LOGIN, _LOGINS)
    yield from rows(Kind.ERROR, _CODES)
    yield from rows(Kind.USER_PERMISSION, _PERMISSIONS)
    yield from rows(Kind.WRITE_RULE, _RULES)
