"""The vocabulary of rights: operations, rights, and where a declaration stands.

Salesforce's own names throughout. Nothing here imports another module of the package, so that
every room may speak these words.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "LETTERS",
    "FieldRight",
    "Location",
    "ObjectRight",
    "Operation",
    "PracticeRight",
    "RecordOperation",
    "RecordRight",
    "RequestRight",
    "SetupEntityRight",
    "UserPermissionRight",
]


class Operation(StrEnum):
    """What a right allows on an object or a field."""

    CREATE = "create"
    READ = "read"
    EDIT = "edit"
    DELETE = "delete"
    VIEW_ALL = "view all"
    MODIFY_ALL = "modify all"


class RecordOperation(StrEnum):
    """What access to one record allows: the Has...Access columns of UserRecordAccess (object reference).

    ``all`` is HasAllAccess, the right to share the record; each is told by itself, none implies another.
    """

    READ = "read"
    EDIT = "edit"
    DELETE = "delete"
    TRANSFER = "transfer"
    ALL = "all"


LETTERS: dict[str, Operation] = {
    "C": Operation.CREATE,
    "R": Operation.READ,
    "E": Operation.EDIT,
    "D": Operation.DELETE,
    "V": Operation.VIEW_ALL,
    "M": Operation.MODIFY_ALL,
}


NEEDS: dict[Operation, tuple[Operation, ...]] = {
    Operation.CREATE: (Operation.READ,),
    Operation.READ: (),
    Operation.EDIT: (Operation.READ,),
    Operation.DELETE: (Operation.READ, Operation.EDIT),
    Operation.VIEW_ALL: (Operation.READ,),
    Operation.MODIFY_ALL: (Operation.READ, Operation.EDIT, Operation.DELETE, Operation.VIEW_ALL),
}
"""What each operation on an object depends on (Object Reference, ObjectPermissions)."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Location:
    """A place in a file; line and column count from 1, as editors do."""

    path: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRight:
    """One operation on one object, e.g. ``delete Contact``."""

    object: str
    operation: Operation

    def __str__(self) -> str:
        return f"{self.operation} {self.object}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRight:
    """Read or edit of one field, e.g. ``edit Contact.Email``."""

    object: str
    field: str
    operation: Operation

    def __str__(self) -> str:
        return f"{self.operation} {self.object}.{self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPermissionRight:
    """A user permission (app or system permission), e.g. ``ModifyAllData``."""

    name: str

    def __str__(self) -> str:
        return f"user permission {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRight:
    """One operation on records that a matrix calls by a name, e.g. ``edit Account "customer in EMEA"``."""

    object: str
    record: str
    operation: RecordOperation

    def __str__(self) -> str:
        return f'{self.operation} {self.object} "{self.record}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupEntityRight:
    """Access to a setup entity; ``kind`` as messages have it, e.g. ``Apex class BillingApi``."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRight:
    """That a query or another request is answered, e.g. ``GET /services/apexrest/billing``."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRight:
    """An item of the integration-user checklist; ``title`` is what must be so."""

    item: str
    title: str

    def __str__(self) -> str:
        return self.title
