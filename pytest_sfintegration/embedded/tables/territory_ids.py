"""The ids of territory models, their types and territories, and which model is active."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.sfdx.model import Source, Territories

__all__ = ["TerritoryIds"]


class TerritoryIds:
    """Names to ids, and the states of the models, which no metadata tells."""

    def __init__(
        self, source: Source, ids: IdFactory, active: str | None, assigned: Iterable[str] = ()
    ) -> None:
        """Take the source's territories; ``active``: the active model where the caller tells it.

        Where neither he nor the source does, it is that of the territories that users are ``assigned`` to
        (assumed: there are users in planned models too). Raises OrgError when the source has no such model,
        and when those territories are of several.
        """
        self.source: Territories = source.territories
        self._ids = ids
        if active is not None and active not in self.source.models:
            known = ", ".join(sorted(self.source.models)) or "none"
            raise OrgError(
                f"organization: the source has no territory model {active!r} (it has: {known}). Add its "
                "folder to the source or correct active_territory_model."
            )
        active = active or self.source.active_model or self._of_users(assigned)
        self.states: Mapping[str, str] = {
            name: "Active" if name == active else "Planning" for name in self.source.models
        }

    def _of_users(self, assigned: Iterable[str]) -> str | None:
        models = sorted({each.model for name in assigned if (each := self.source.find(name)) is not None})
        if len(models) > 1:
            raise OrgError(
                f"users are assigned to territories of the models {', '.join(models)}, of which one can be "
                "active: say which by active_territory_model of the organization."
            )
        return models[0] if models else None

    @property
    def active_model(self) -> str | None:
        """Return the model that gives access, None while no one is active."""
        return next((name for name, state in self.states.items() if state == "Active"), None)

    @cached_property
    def models(self) -> dict[str, str]:
        """Return model -> id."""
        return self._numbered("Territory2Model", self.source.models)

    @cached_property
    def types(self) -> dict[str, str]:
        """Return territory type -> id."""
        return self._numbered("Territory2Type", self.source.types)

    @cached_property
    def territories(self) -> dict[str, str]:
        """Return ``Model.Territory`` -> id."""
        return self._numbered("Territory2", self.source.territories)

    @cached_property
    def names(self) -> dict[str, str]:
        """Return id -> ``Model.Territory``."""
        return {record_id: name for name, record_id in self.territories.items()}

    def _numbered(self, table: str, names: Mapping[str, object]) -> dict[str, str]:
        return {name: self._ids.nth(table, number) for number, name in enumerate(sorted(names), 1)}
