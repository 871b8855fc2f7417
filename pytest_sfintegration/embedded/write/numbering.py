"""The values of auto-number fields."""

import re
from datetime import UTC, datetime

from pytest_sfintegration.embedded.errors import NotSupportedError
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef

__all__ = ["numbered"]

_VARIABLE = re.compile(r"\{(?P<number>0+)\}|\{(?P<date>Y{4}|YY|MM|DD)\}|[{}]")
_STANDARD = "{00000000}"  # as Case.CaseNumber shows itself
_CUSTOM = "{0}"


def numbered(definition: ObjectDef, field: FieldDef, number: int, created: datetime) -> str:
    """Return the text of a number by the display format of its field.

    Documented: Help, Auto-Number Formatting: ``{0}`` with as many zeros as digits at least, ``{YYYY}``,
    ``{YY}``, ``{MM}``, ``{DD}`` of the day of creation (that it is the day in UTC is assumed). Raises
    NotSupportedError for another format.
    """
    form = field.display_format or (_CUSTOM if field.custom or definition.name.endswith("__c") else _STANDARD)
    day = created.astimezone(UTC)
    dates = {"YYYY": f"{day:%Y}", "YY": f"{day:%y}", "MM": f"{day:%m}", "DD": f"{day:%d}"}
    digits = 0

    def put(found: re.Match[str]) -> str:
        nonlocal digits
        if found["date"]:
            return dates[found["date"]]
        if not found["number"]:
            raise _odd(definition, field, form)
        digits += 1
        return str(number).zfill(len(found["number"]))

    text = _VARIABLE.sub(put, form)
    if digits != 1:
        raise _odd(definition, field, form)
    return text


def _odd(definition: ObjectDef, field: FieldDef, form: str) -> NotSupportedError:
    return NotSupportedError(
        f"the display format {form!r} of {definition.name}.{field.name}: write one {{0}}, and of dates "
        "{YYYY}, {YY}, {MM} and {DD}"
    )
