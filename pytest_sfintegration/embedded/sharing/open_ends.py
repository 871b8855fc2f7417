"""What the problems of a source leave open about records: the org refuses to decide on it."""

from collections.abc import Iterable

from pytest_sfintegration.embedded.sharing.defaults import has_sharing
from pytest_sfintegration.embedded.sharing.model import SharingNotModelled
from pytest_sfintegration.sfdx.model import ObjectDef, Open, Problem

__all__ = ["OpenEnds"]

_RECORDS = Open.RECORDS | Open.ALL_RECORDS
_FIELDS = Open.FIELDS | Open.ALL_FIELDS


class OpenEnds:
    """The problems that bear on record access, by object."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = [one for one in problems if one.leaves_open & (_RECORDS | _FIELDS)]

    def of(self, obj: ObjectDef) -> SharingNotModelled | None:
        """Return the refusal for an object, naming the first problem; None where nothing is open.

        Which fields there are matters where a master-detail field may decide.
        """
        if not self._problems or not has_sharing(obj):
            return None
        model = (obj.sharing_model or "").lower()
        matters = _RECORDS if model and not model.startswith("controlledby") else _RECORDS | _FIELDS
        for one in self._problems:
            if one.leaves_open & matters and _is_about(one, obj, matters):
                return SharingNotModelled(f"The source leaves open who reaches records of {obj.name}: {one}")
        return None


def _is_about(problem: Problem, obj: ObjectDef, matters: Open) -> bool:
    if problem.leaves_open & matters & (Open.ALL_RECORDS | Open.ALL_FIELDS):
        return True
    return obj.name.lower() in {name.lower() for name in problem.about}
