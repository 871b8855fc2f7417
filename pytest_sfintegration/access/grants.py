"""Where a right comes from, in the words of a message."""

from dataclasses import dataclass

__all__ = ["ADMINISTRATORS_MARK", "Grant"]

ADMINISTRATORS_MARK = "PermissionsModifyAllData"
"""The column of PermissionSet that tells a profile for administrators."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Grant:
    """A container that grants a right.

    ``group``: the permission set group through which the user holds the container. ``because``: the wider
    right that implies this one (``ModifyAllData``, ``View All Fields``), None when granted by name.
    ``name`` is the API name for permission sets, the label for profiles. ``lacking``: why the user cannot be
    assigned the container as it is, a licence that is not there.
    """

    name: str
    kind: str  # profile, permission set, permission set group
    group: str | None = None
    because: str | None = None
    lacking: str | None = None

    def __str__(self) -> str:
        text = f"{self.kind} {self.name}"
        if self.group is not None:
            text += f" (through group {self.group})"
        if self.because is not None:
            text += f" by {self.because}"
        if self.lacking is not None:
            text += f" ({self.lacking})"
        return text
