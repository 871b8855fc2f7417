"""``${VAR}``, ``${VAR:-default}`` and ``$$`` in the texts of a matrix."""

import re
from collections.abc import Mapping

__all__ = ["VariableProblem", "substitute"]

_VARIABLE = re.compile(r"\$(?:(?P<escape>\$)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\})?")


class VariableProblem(ValueError):
    """A variable that cannot be replaced: what is wrong, and the remedy. Values are never part of it."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} {remedy}")


def substitute(text: str, environ: Mapping[str, str]) -> str:
    """Return ``text`` with its variables replaced; as in a shell, an empty variable takes the default.

    Raise ``VariableProblem`` for a variable without value and for a ``$`` that begins none.
    """

    def value(match: re.Match[str]) -> str:
        if match["escape"]:
            return "$"
        name = match["name"]
        if name is None:
            raise VariableProblem(
                "a '$' begins no variable.", "Write ${NAME} or ${NAME:-default}; write $$ for a dollar sign."
            )
        found = environ.get(name, "")
        if found:
            return found
        default: str | None = match["default"]
        if default is None:
            state = "empty" if name in environ else "not set"
            raise VariableProblem(
                f"the environment variable {name} is {state}.", f"Set it, or write ${{{name}:-default}}."
            )
        return default

    return _VARIABLE.sub(value, text)
