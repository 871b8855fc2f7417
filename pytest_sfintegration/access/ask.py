"""Ask for single rights of a user: the questions of hand-written tests."""

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.effective import parts_of, security_field, writable
from pytest_sfintegration.access.explain import Explanation
from pytest_sfintegration.access.explaining import look_up
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.access.outside import look_outside
from pytest_sfintegration.access.tables import read_configured
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.describe import ObjectFacts, describe_objects, user_permissions_of
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.rights import FieldRight, ObjectRight, Operation

__all__ = ["Access", "parse_target"]


def parse_target(operation: str, target: str) -> tuple[Operation, str, str | None]:
    """Return the operation, the object and the field of ``("edit", "Contact.Email")``.

    Raise ValueError for an operation that there is none of, or that a field cannot have.
    """
    try:
        known = Operation(operation.replace("_", " "))
    except ValueError:
        raise ValueError(f"{operation!r} is no operation; they are {', '.join(Operation)}") from None
    name, _, field = target.partition(".")
    if field and known not in {Operation.READ, Operation.EDIT}:
        raise ValueError(f"{target}: a field can be read or edited; {operation} is for objects")
    return known, name, field or None


class Access:
    """What one user may do, as the org describes it to the user, and which containers grant it.

    An object or a field that the setup user does not see raises OrgError: "not there" is never told as
    "denied". Describes and permission tables are read once each.
    """

    def __init__(self, *, setup: OrgClient, user: OrgClient) -> None:
        self._setup = setup
        self._user = user
        self._tables: Configured | None = None
        self._permissions: frozenset[str] | None = None
        self._facts: dict[str, ObjectFacts | None] = {}
        self._seen: dict[str, ObjectFacts | None] = {}

    def can(self, operation: str, target: str) -> bool:
        """Tell whether the user holds an operation on an object, or read or edit on ``Object.Field``."""
        __tracebackhide__ = True
        known, name, field = parse_target(operation, target)
        facts = self._known(name, field)
        seen = self._describe(name)
        if seen is None:
            return False
        if field is None:
            if known in {Operation.VIEW_ALL, Operation.MODIFY_ALL}:
                return known in self._configured().operations(name)
            return known in seen.operations
        if known is Operation.READ:
            return field in seen.fields
        parts = parts_of(facts, field) or (field,)
        return any(part in seen.fields and writable(seen.fields[part]) for part in parts)

    def why(self, operation: str, target: str) -> tuple[Grant, ...]:
        """Return the containers that grant a right; none when it is not held."""
        __tracebackhide__ = True
        known, name, field = parse_target(operation, target)
        facts = self._known(name, field)
        look_outside(self._setup, self._configured(), facts)
        if field is None:
            return self._configured().why_object(name, known)
        return self._configured().why_field(name, security_field(facts, facts.fields[field]), known)

    def explain(self, operation: str, target: str) -> Explanation:
        """Return the tree of all that a right rests on: containers, muting, prerequisites, licences, sharing.

        ``print`` shows it.
        """
        __tracebackhide__ = True
        known, name, field = parse_target(operation, target)
        self._known(name, field)
        right = (
            ObjectRight(object=name, operation=known)
            if field is None
            else FieldRight(object=name, field=field, operation=known)
        )
        return look_up(self._setup, self._configured(), right)

    def has(self, user_permission: str) -> bool:
        """Tell whether the user holds a user permission, such as ``ViewAllData``."""
        __tracebackhide__ = True
        if self._permissions is None:
            facts = describe_objects(self._setup, ["PermissionSet"])["PermissionSet"]
            self._permissions = user_permissions_of(facts)
        if user_permission not in self._permissions:
            raise OrgError(f"the org has no user permission {user_permission}: check its spelling")
        return user_permission in self._configured().user_permissions

    def _configured(self) -> Configured:
        if self._tables is None:
            self._tables = read_configured(self._setup, self._user.username)
        return self._tables

    def facts(self, name: str) -> ObjectFacts | None:
        """Return what the setup user sees of an object, None when that is nothing."""
        if name not in self._facts:
            self._facts.update(describe_objects(self._setup, [name]))
        return self._facts[name]

    def _known(self, name: str, field: str | None) -> ObjectFacts:
        __tracebackhide__ = True
        facts = self.facts(name)
        if facts is None:
            raise OrgError(f"the setup user does not see {name} in this org: check its spelling")
        if field is not None and field not in facts.fields:
            raise OrgError(f"the setup user does not see a field {field} on {name}: check its spelling")
        return facts

    def _describe(self, name: str) -> ObjectFacts | None:
        if name not in self._seen:
            self._seen.update(describe_objects(self._user, [name]))
        return self._seen[name]
