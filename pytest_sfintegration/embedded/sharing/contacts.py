"""What sharing does with contacts alone: private ones, and those that follow their account.

Sources: Help, "Considerations for Sharing and Accessing Contacts"; "Unable to See Some Salesforce Contacts"
(article 000384762).
"""

from typing import Final

from pytest_sfintegration.embedded.sharing.model import Record
from pytest_sfintegration.sfdx.model import ObjectDef

__all__ = ["ACCOUNT_LOOKUP", "CONTACT", "MODIFY_ALL_UNKNOWN", "is_private", "may_be_private"]

CONTACT: Final = "Contact"
ACCOUNT_LOOKUP: Final = "AccountId"

MODIFY_ALL_UNKNOWN: Final = (
    "{username} holds Modify All on Account and not on Contact, which is Controlled by Parent. View All on "
    "accounts does not show their contacts; whether Modify All does is not documented. Judge it on a live "
    "org, or grant View All or Modify All on Contact."
)


def may_be_private(obj: ObjectDef) -> bool:
    """Return whether records of an object can be private contacts."""
    return obj.name == CONTACT and ACCOUNT_LOOKUP in obj.fields


def is_private(obj: ObjectDef, record: Record) -> bool:
    """Return whether a record is a contact without an account.

    Whatever the organization-wide default, it is its owner's, and that of whoever holds View All or Modify
    All on contacts; no hierarchy, no rule and no share adds to that (documented; manual shares: community).
    """
    return may_be_private(obj) and record.get(ACCOUNT_LOOKUP) is None
