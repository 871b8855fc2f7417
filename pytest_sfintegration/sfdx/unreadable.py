"""Members of rules and queues that cannot be read: nobody knows who is meant, so it may be anybody."""

from pytest_sfintegration.sfdx.entry import Entry
from pytest_sfintegration.sfdx.model import UNREADABLE, SharedWith

__all__ = ["unreadable"]


def unreadable(entry: Entry, message: str, remedy: str) -> SharedWith:
    """Report a member on the line of ``entry``; return one that stands for it and says where it is."""
    line = entry.document.line(entry.element)
    entry.context.problems.error(entry.document.path, line, message, remedy, (entry.about,))
    return SharedWith(kind=UNREADABLE, name=f"{message.rstrip('.')} ({entry.document.path}:{line})")
