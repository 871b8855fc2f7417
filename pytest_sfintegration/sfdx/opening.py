"""What cannot be told of an org when a file of its source cannot be read, by the file's suffix."""

from pytest_sfintegration.sfdx.model import Open
from pytest_sfintegration.sfdx.shapes import PIECES
from pytest_sfintegration.sfdx.sharing import RULE_ROOTS

__all__ = ["left_open"]

# these files decide on records of any object
_OF_ANY_OBJECT = ("group", "queue", "role", "rule")
_LEFT_OPEN = {
    "field": Open.FIELDS,
    "mutingpermissionset": Open.RIGHTS,
    "object": Open.RECORDS | Open.FIELDS,
    "permissionset": Open.RIGHTS,
    "permissionsetgroup": Open.RIGHTS,
    "profile": Open.RIGHTS,
    "sharingRules": Open.RECORDS,
    **dict.fromkeys(_OF_ANY_OBJECT, Open.ALL_RECORDS),
    **dict.fromkeys((root[0].lower() + root[1:] for root in RULE_ROOTS), Open.RECORDS),
    **dict.fromkeys(PIECES, Open.RIGHTS),
}


def left_open(suffix: str) -> Open:
    """Return what a flaw in a file of this suffix leaves open.

    Other files decide on no access: labels, validations, record types, picklists, apps, code. Sharing sets
    give access to users of portals alone, whose record access is refused as it is.
    """
    return _LEFT_OPEN.get(suffix, Open.NOTHING)
