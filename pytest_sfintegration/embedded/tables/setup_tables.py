"""All setup tables behind one door: computed on first use, then kept."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.embedded.ids import IdFactory, to_18
from pytest_sfintegration.embedded.specs import OrganizationSpec
from pytest_sfintegration.embedded.tables.app_rows import APP_ROWS
from pytest_sfintegration.embedded.tables.directory import Directory
from pytest_sfintegration.embedded.tables.license_rows import permission_set_licenses, user_licenses
from pytest_sfintegration.embedded.tables.org_rows import ORG_ROWS, organization
from pytest_sfintegration.embedded.tables.permission_rows import PERMISSION_ROWS
from pytest_sfintegration.embedded.tables.territory_rows import TERRITORY_ROWS

__all__ = ["SetupTables"]

Row = Mapping[str, Any]


class SetupTables:
    """Rows of the setup tables: the source does not change, so each table is made once, on first use.

    Assignments may change: ``put_rows`` then takes the place of what was made.
    """

    def __init__(self, directory: Directory, ids: IdFactory, spec: OrganizationSpec, org_id: str) -> None:
        self.directory = directory
        self._ids = ids
        self._makers: dict[str, Callable[[Directory, IdFactory], list[dict[str, Any]]]] = {
            **PERMISSION_ROWS,
            **ORG_ROWS,
            **APP_ROWS,
            **TERRITORY_ROWS,
            "UserLicense": lambda known, _: user_licenses(known, spec),
            "PermissionSetLicense": lambda known, _: permission_set_licenses(known, spec),
            "Organization": lambda known, _: organization(known, spec, org_id),
        }
        self._rows: dict[str, list[dict[str, Any]]] = {"LoginHistory": [], "OauthToken": []}
        self._patches: dict[str, dict[str, dict[str, Any]]] = {}
        self._numbers: dict[str, int] = {}
        self._by_id: dict[str, dict[str, Row]] = {}
        self._children: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def add_login(self, number: int, row: dict[str, Any], *, most: int) -> None:
        """Record the login of that number in LoginHistory, which keeps the ``most`` last ones."""
        history = self._rows["LoginHistory"]
        history.append({"Id": to_18(f"0Ya{number:012d}"), **row})
        del history[: max(0, len(history) - most)]
        self.forget_indexes("LoginHistory")

    def patch(self, name: str, record_id: str, values: dict[str, Any]) -> None:
        """Change columns of a row, whether its table was made already or not."""
        self._patches.setdefault(name, {}).setdefault(record_id, {}).update(values)
        for row in self._rows.get(name, ()):
            if row["Id"] == record_id:
                row.update(values)
        self.forget_indexes(name)

    def next_id(self, name: str) -> str:
        """Return the id of a new row; one that was handed out is never used again."""
        number = self._numbers.get(name, len(self.rows(name))) + 1
        self._numbers[name] = number
        return self._ids.nth(name, number)

    def put_rows(self, name: str, rows: list[dict[str, Any]]) -> None:
        """Replace all rows of a table; the licences' counts of use are made anew."""
        self._rows[name] = rows
        self._rows.pop("PermissionSetLicense", None)
        for each in (name, "PermissionSetLicense"):
            self.forget_indexes(each)

    def forget(self, *names: str) -> None:
        """Make tables anew when they are asked for next."""
        for name in names:
            self._rows.pop(name, None)
            self.forget_indexes(name)

    def forget_indexes(self, name: str) -> None:
        """Drop what was computed from the rows of a table."""
        self._by_id.pop(name, None)
        for key in [each for each in self._children if each[0] == name]:
            del self._children[key]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return all rows of a table; raises NotSupportedError for one that is not modelled."""
        found = self._rows.get(name)
        if found is None:
            maker = self._makers.get(name)
            if maker is None:
                raise NotSupportedError(f"the rows of {name}")
            found = self._rows[name] = maker(self.directory, self._ids)
            for row in found if name in self._patches else ():
                row.update(self._patches[name].get(row["Id"], {}))
        return found

    def row(self, name: str, record_id: str) -> Row | None:
        """Return one row by its 18-character id."""
        index = self._by_id.get(name)
        if index is None:
            index = self._by_id[name] = {row["Id"]: row for row in self.rows(name)}
        return index.get(record_id)

    def children(self, name: str, field: str, value: Any) -> Iterable[Row]:
        """Return the rows whose ``field`` holds ``value``."""
        index = self._children.get((name, field))
        if index is None:
            index = self._children[name, field] = {}
            for row in self.rows(name):
                index.setdefault(row.get(field), []).append(row)
        return index.get(value, [])
