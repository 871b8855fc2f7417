"""What the rows of a matrix speak of."""

from enum import StrEnum

__all__ = ["Aspect"]


class Aspect(StrEnum):
    """What an expectation speaks of."""

    CRUD = "crud"
    FIELDS = "fields"
    BLOCKED = "blocked"
    USER_PERMISSIONS = "user permissions"
    SETUP_ENTITIES = "setup entities"
    CLOSED_WORLD = "closed world"
    RECORDS = "records"
    CHECKLIST = "checklist"
