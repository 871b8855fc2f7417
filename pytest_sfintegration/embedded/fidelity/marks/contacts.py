"""What is known of access to contacts."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import ASSUMED, DOCUMENTED, row, rows

__all__ = ["contact_marks"]

_PAGE = "Salesforce Help, Considerations for Sharing and Accessing Contacts"

_RULES = (
    row("sharing.contacts => what sharing does with contacts alone", DOCUMENTED, _PAGE),
    row(
        "sharing.contacts.is_private => a contact without an account is private, whatever the default",
        DOCUMENTED,
        f"{_PAGE}; article 000384762, Unable to See Some Salesforce Contacts",
        "its owner, and View All or Modify All on contacts; the hierarchy gives nothing (the article); that "
        "manual shares do not count either is from the community",
    ),
    row(
        "sharing.judge.Judge._held_on => View All on accounts does not show contacts that follow them",
        DOCUMENTED,
        _PAGE,
        "Modify All on accounts without Modify All on contacts is refused where a decision hangs on it",
    ),
    row(
        "sharing.implicit.ImplicitSharing._owned_children => who owns a contact that follows its account "
        "reads that account and its other contacts",
        DOCUMENTED,
        _PAGE,
        "Designing Record Access for Enterprise Scale says, in general, that there is no implicit access "
        "from children that follow their parent; that those above the owner read the account too is assumed, "
        "and that only who may edit the account edits the contact is documented (Organization-Wide Default "
        "Access Settings)",
    ),
    row(
        "sharing.defaults.internal_default => EntityDefinition tells the default of an object that declares "
        "none",
        ASSUMED,
        "",
        "the one that access is judged by: see the defaults",
    ),
)


def contact_marks() -> Iterator[Mark]:
    """Yield the marks of access to contacts."""
    yield from rows(Kind.RECORD_RULE, _RULES)
