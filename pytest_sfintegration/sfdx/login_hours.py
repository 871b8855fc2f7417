"""Read the login hours of a profile. Source: Metadata API Developer Guide, ProfileLoginHours."""

from pytest_sfintegration.sfdx.entry import Entry
from pytest_sfintegration.sfdx.login_model import LoginHours

__all__ = ["DAYS", "read_login_hours"]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = 24 * 60


def read_login_hours(entry: Entry) -> list[LoginHours]:
    """Return the hours of each day that has any; an empty element lifts every restriction (documented)."""
    entry.refuse_repeated()
    known = {f"{day}{end}" for day in DAYS for end in ("Start", "End")}
    for tag in sorted(entry.values.keys() - known):
        entry.error(
            f"<{tag[:60]}> within <loginHours> is not modelled, and could change who logs in when.",
            "Use only mondayStart, mondayEnd and their kin.",
        )
    hours = []
    for number, day in enumerate(DAYS):
        start, end = entry.text(f"{day}Start"), entry.text(f"{day}End")
        if not start and not end:
            continue
        if not (_is_time(start) and _is_time(end) and int(start) <= int(end)):
            entry.error(
                f"<loginHours> of {day}: from {start[:20]!r} to {end[:20]!r} is no part of a day.",
                f"Give {day}Start and {day}End as minutes since midnight, whole hours, 0 to {_DAY}.",
            )
            continue
        hours.append(LoginHours(day=number, start=int(start), end=int(end)))
    return hours


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(_DAY)) and int(text) <= _DAY
