"""What holds of contacts alone: private ones, and those that follow their account.

Sources: Help, "Considerations for Sharing and Accessing Contacts"; "Unable to See Some Salesforce Contacts".
"""

from collections.abc import Collection, Iterable, Sequence

from pytest_sfintegration.access.sharing_evidence import SharingReason

__all__ = ["PRIVATE_CONTACT", "passed_on", "private_contacts"]

PRIVATE_CONTACT = (
    "a contact without an account is private: its owner sees it, and whoever holds View All or Modify All "
    "on Contact; name an account under parent: {AccountId: ...}"
)
_CONTACT = "Contact"


def private_contacts(
    name: str, ids: Iterable[str], *, lookups: Collection[str], linked: Collection[str]
) -> frozenset[str]:
    """Return which records are private contacts: their lookup to the account is known, and it is empty."""
    if name != _CONTACT or name not in lookups:
        return frozenset()
    return frozenset(ids) - frozenset(linked)


def passed_on(
    name: str, reasons: Iterable[SharingReason], everything: Iterable[SharingReason]
) -> Sequence[SharingReason]:
    """Return which reasons of a parent count for its child: View All on accounts does not, for contacts."""
    if name != _CONTACT:
        return list(reasons)
    left_out = frozenset(everything)
    return [each for each in reasons if each not in left_out]
