"""Validation rules that stand in the way of a write."""

from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.sfdx.model import ObjectDef

__all__ = ["check_validation_rules"]


def check_validation_rules(definition: ObjectDef, *, skip: bool) -> None:
    """Refuse a write that an active validation rule would judge: formulas are not evaluated.

    Called after every permission check, as the platform runs rules after access checks; so a denial is never
    hidden by a rule. ``skip``: the org was built to ignore the rules of the source.
    """
    if skip:
        return
    active = [each.name for each in definition.validation_rules.values() if each.active]
    if active:
        raise NotSupportedError(
            f"the validation rule{'s' if len(active) > 1 else ''} {', '.join(sorted(active))} of "
            f"{definition.name}: "
            "formulas are not evaluated. Deactivate the rules in a copy of the source and test that, or "
            "expect such a write to be inconclusive."
        )
