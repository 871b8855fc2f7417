"""Records for hand-written tests: valid, owned by the integration user, removed afterwards."""

from typing import Any

from pytest_sfintegration.access.tables import quoted
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.describe import describe_objects
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.orgs.records import Recipe, RecordMaker

__all__ = ["OwnRecords"]

_PURPOSE = "own records"


class OwnRecords:
    """Make records as the setup user; Faker fills what is required."""

    def __init__(self, *, setup: OrgClient, username: str) -> None:
        self._setup = setup
        self._username = username
        self._maker = RecordMaker(setup=setup, describe=lambda names: describe_objects(setup, names))
        self._user_id: str | None = None

    def make(self, sobject: str, /, *, owned: bool = True, **values: Any) -> str:
        """Make one record and return its id; required parents are made too.

        ``owned``: by the integration user, else by the setup user. Raise OrgError with the org's own words
        when the record is refused.
        """
        __tracebackhide__ = True
        recipe = Recipe(object=sobject, values=values, owner_id=self._owner() if owned else None)
        made = self._maker.make([recipe], purpose=_PURPOSE)[0]
        if made.id is None:
            raise OrgError(f"the setup user could not make a {sobject}: {made.error}")
        return made.id

    def remove_all(self) -> list[str]:
        """Remove what was made; return what could not be, in words."""
        return [str(error) for error in self._maker.remove_all(purpose=_PURPOSE)]

    def _owner(self) -> str:
        __tracebackhide__ = True
        if self._user_id is None:
            text = f"SELECT Id FROM User WHERE Username = {quoted(self._username)}"
            rows = self._setup.query(text, purpose=_PURPOSE)
            if not rows:
                raise OrgError(f"there is no user {self._username} in the org")
            self._user_id = str(rows[0]["Id"])
        return self._user_id
