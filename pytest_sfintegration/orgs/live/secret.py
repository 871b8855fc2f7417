"""Values that must not be seen: in a traceback, in ``-l``, in a report or in a log."""

import hmac
from typing import NoReturn

__all__ = ["HiddenText", "Secret"]

_SHOWN = "***"


class Secret:
    """A text that shows itself to nobody who does not ask for it by ``reveal()``."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text. Pass it on at once: a local variable that holds it is shown by ``-l``."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({_SHOWN})"

    def __str__(self) -> str:
        return _SHOWN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


class HiddenText(str):
    """A text that works as one and hides in every ``repr``: for clients that insist on a ``str``.

    Joined to another text it stays hidden, so that a client's ``"Bearer " + token`` does too.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{_SHOWN}'"

    def __add__(self, other: str) -> "HiddenText":
        return HiddenText(str.__add__(self, other))

    def __radd__(self, other: str) -> "HiddenText":
        return HiddenText(str.__add__(other, self))
