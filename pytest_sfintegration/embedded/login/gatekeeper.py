"""What every way to log in asks of a user: active, right password, right network."""

import hmac
from datetime import UTC, datetime
from ipaddress import ip_address

from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.sfdx.model import IpRange

__all__ = [
    "NOT_ADMITTED",
    "RESTRICTED_IP",
    "RESTRICTED_TIME",
    "WRONG_PASSWORD",
    "hours_allow",
    "ip_allowed",
    "matches",
    "may_enter",
]

# Words of LoginHistory.Status. "Restricted IP" is community (vendors' guides quote it); the others assumed.
WRONG_PASSWORD = "Invalid Password"  # noqa: S105 - no secret, a word of the history
NOT_ADMITTED = "User Is Inactive"
RESTRICTED_IP = "Restricted IP"
RESTRICTED_TIME = "Restricted Time"


def matches(person: Person, given: str, *, trusted: bool) -> bool:
    """Tell whether ``given`` is the user's password, with his security token behind it.

    From a trusted network the token may be left out (documented: help, user_security_token).
    """
    password = person.spec.password
    if password is None:
        return False
    accepted = [password + person.spec.security_token]
    if trusted:
        accepted.append(password)
    return any(hmac.compare_digest(given.encode(), each.encode()) for each in accepted)


def may_enter(person: Person) -> bool:
    """Tell whether the account is open: active, and not frozen (Object Reference, UserLogin)."""
    return person.spec.is_active and not person.spec.frozen


def hours_allow(person: Person, now: datetime) -> bool:
    """Tell whether the profile's login hours contain a point in time, in GMT, the time zone of this org.

    A day without hours is free (documented: help, Set Login Hours). A session that is open when the hours end
    stays open here; a real org ends it.
    """
    local = now.astimezone(UTC)
    minute = local.hour * 60 + local.minute
    today = [each for each in person.profile.login_hours if each.day == local.weekday()]
    return all(each.start <= minute < each.end for each in today)


def ip_allowed(person: Person, source_ip: str) -> bool:
    """Tell whether the profile's login IP ranges contain the address; no ranges allow every address.

    Documented.
    """
    ranges = person.profile.login_ip_ranges
    return not ranges or any(_inside(each, source_ip) for each in ranges)


def _inside(each: IpRange, source_ip: str) -> bool:
    try:
        address, start, end = ip_address(source_ip), ip_address(each.start), ip_address(each.end)
    except ValueError:
        return False
    if not address.version == start.version == end.version:
        return False
    return int(start) <= int(address) <= int(end)
