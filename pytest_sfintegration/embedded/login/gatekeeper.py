"""What every way to log in asks of a user: active, right password, right network."""

import hmac
from ipaddress import ip_address

from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.sfdx.model import IpRange

__all__ = ["ip_allowed", "matches"]


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
