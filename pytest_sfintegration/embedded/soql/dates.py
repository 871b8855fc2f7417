"""Days and moments: relative date literals as spans, date functions, canonical texts.

*Documented* (SOQL reference, "Date Formats and Date Literals" and "Date Functions"): weeks begin on Sunday
(the en_US locale, *assumed* for the running user); LAST_N_DAYS includes today, NEXT_N_DAYS does not; counted
weeks, months, quarters and years leave the current one out. A fiscal year is named after the year it ends in
(*assumed*; it only matters when it does not start in January).
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

__all__ = ["DATE_FUNCTIONS", "date_function", "datetime_key", "datetime_text", "span"]

_DAY = timedelta(days=1)
_FIXED_TEXT = 28  # 2024-01-31T10:20:30.000+0000
_ZULU_TEXT = 24  # 2024-01-31T10:20:30.000Z
_MOMENT = 23  # without the zone
_SATURDAY = 6


def datetime_key(text: str) -> str:
    """Return a moment as comparable text, in UTC with milliseconds and without a zone."""
    if (len(text) == _FIXED_TEXT and text.endswith("+0000")) or (
        len(text) == _ZULU_TEXT and text.endswith("Z")
    ):
        return text[:_MOMENT]
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


def datetime_text(text: str) -> str:
    """Return a moment as the API prints it (*recorded*: ``2024-01-31T10:20:30.000+0000``)."""
    return text if len(text) == _FIXED_TEXT and text.endswith("+0000") else f"{datetime_key(text)}+0000"


def _add_months(first: date, months: int) -> date:
    """Return the first of a month, some months away, kept within the calendar."""
    index = first.year * 12 + first.month - 1 + months
    year, month = divmod(index, 12)
    if year < date.min.year:
        return date.min
    return date.max if year > date.max.year else date(year, month + 1, 1)


def _add_days(day: date, days: int) -> date:
    """Return a day some days away, kept within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _period(unit: str, today: date, fiscal_start: int, shift: int) -> date:
    """Return the first day of the unit that holds today, shifted by whole units."""
    if unit == "DAY":
        return _add_days(today, shift)
    if unit == "WEEK":
        return _add_days(today, 7 * shift - (today.weekday() + 1) % 7)
    start = fiscal_start if unit.startswith("FISCAL_") else 1
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit.removeprefix("FISCAL_")]
    into = (today.month - start) % 12 % months
    return _add_months(today.replace(day=1), months * shift - into)


def span(name: str, number: int | None, today: date, fiscal_start: int = 1) -> tuple[date, date]:
    """Return the first day of a relative date literal and the day after its last."""
    if name in {"LAST_90_DAYS", "NEXT_90_DAYS"}:
        name, number = name.replace("90", "N"), 90
    fixed = {"TODAY": 0, "YESTERDAY": -1, "TOMORROW": 1}
    if name in fixed:
        return _add_days(today, fixed[name]), _add_days(today, fixed[name] + 1)
    first, last = _shifts(name, number or 0)
    unit = _unit(name)
    return _period(unit, today, fiscal_start, first), _period(unit, today, fiscal_start, last)


def _unit(name: str) -> str:
    for prefix in ("LAST_N_", "NEXT_N_", "N_", "LAST_", "THIS_", "NEXT_"):
        if name.startswith(prefix):
            return name.removeprefix(prefix).removesuffix("_AGO").removesuffix("S")
    return name


def _shifts(name: str, number: int) -> tuple[int, int]:
    """Return where a literal begins and where it is over, in units from the current one."""
    if name.startswith("N_"):
        return -number, 1 - number
    if name.startswith("NEXT_N_"):
        return 1, 1 + number
    if name.startswith("LAST_N_"):
        return -number, 1 if name == "LAST_N_DAYS" else 0
    return {"LAST": (-1, 0), "THIS": (0, 1), "NEXT": (1, 2)}[name.partition("_")[0]]


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _fiscal(text: str, start: int) -> tuple[int, int]:
    """Return the fiscal year and month of a day."""
    day = _day(text)
    month = (day.month - start) % 12 + 1
    year = day.year if start == 1 or day.month < start else day.year + 1
    return year, month


_Evaluate = Callable[[str, int], int | str]
DATE_FUNCTIONS: dict[str, _Evaluate] = {
    "CALENDAR_MONTH": lambda text, _: _day(text).month,
    "CALENDAR_QUARTER": lambda text, _: (_day(text).month + 2) // 3,
    "CALENDAR_YEAR": lambda text, _: _day(text).year,
    "DAY_IN_MONTH": lambda text, _: _day(text).day,
    "DAY_IN_WEEK": lambda text, _: _day(text).isoweekday() % 7 + 1,
    "DAY_IN_YEAR": lambda text, _: _day(text).timetuple().tm_yday,
    "DAY_ONLY": lambda text, _: text[:10],
    "FISCAL_MONTH": lambda text, start: _fiscal(text, start)[1],
    "FISCAL_QUARTER": lambda text, start: (_fiscal(text, start)[1] + 2) // 3,
    "FISCAL_YEAR": lambda text, start: _fiscal(text, start)[0],
    "HOUR_IN_DAY": lambda text, _: int(text[11:13]),
    "WEEK_IN_MONTH": lambda text, _: (_day(text).day + 6) // 7,
    "WEEK_IN_YEAR": lambda text, _: (_day(text).timetuple().tm_yday + 6) // 7,
}
"""Date functions by name: (canonical text, month in which the fiscal year starts) -> value."""


def date_function(name: str, fiscal_start: int) -> Callable[[str | None], int | str | None]:
    """Return a date function for values as rows hold them; empty stays empty."""
    evaluate = DATE_FUNCTIONS[name]

    def apply(text: str | None) -> int | str | None:
        if not text:
            return None
        return evaluate(datetime_key(text) if len(text) > len("2024-01-31") else text, fiscal_start)

    return apply
