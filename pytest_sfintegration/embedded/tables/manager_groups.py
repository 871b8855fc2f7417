"""The rows of Group that stand for managers and their subordinates."""

from pytest_sfintegration.embedded.people import People
from pytest_sfintegration.sfdx.model import Source

__all__ = ["MANAGER_GROUPS", "manager_groups"]

MANAGER_GROUPS = frozenset({"Manager", "ManagerAndSubordinatesInternal"})
"""The values of Group.Type (Object Reference, Group)."""
_KINDS = frozenset({"managers", "managersubordinates"})


def manager_groups(source: Source, people: People) -> list[tuple[str, str]]:
    """Return (Type, username in lower case) of the two manager groups of each user.

    They are there where a sharing rule names one: then the setting Manager Groups is on, for it cannot be
    switched off while a rule does (Help, "Sharing Records with Manager Groups"). Elsewhere it is assumed off.
    """
    named = {
        each.kind.lower()
        for rule in source.sharing_rules
        for each in (rule.shared_to, rule.shared_from)
        if each is not None
    }
    if not named & _KINDS:
        return []
    return [
        (kind, person.spec.username.lower()) for kind in sorted(MANAGER_GROUPS) for person in people.all()
    ]
