"""What the source knows of sharing and an org does not tell: the names of rules."""

from typing import TYPE_CHECKING

from pytest_sfintegration.access.sharing_people import RuleName
from pytest_sfintegration.access.sharing_reasons import SharingHints

if TYPE_CHECKING:
    from pytest_sfintegration.sfdx.model import Source

__all__ = ["sharing_hints"]


def sharing_hints(source: "Source") -> SharingHints:
    """Return the sharing rules, and the active restriction rules by object."""
    restricting: dict[str, tuple[str, ...]] = {}
    for one in source.restriction_rules:
        if one.active and one.enforcement_type.lower() != "scoping":
            restricting[one.object] = (*restricting.get(one.object, ()), one.name)
    rules = tuple(
        RuleName(
            object=one.object,
            name=one.name,
            access_level=one.access_level,
            kind=one.shared_to.kind,
            recipient=one.shared_to.name or "",
        )
        for one in source.sharing_rules
    )
    return SharingHints(rules=rules, restriction_rules=restricting)
