"""Record ids: 15 characters with meaning in their case, 18 with a check suffix."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from pytest_sfintegration.sfdx.model import ObjectDef, ObjectKind

__all__ = ["IdFactory", "assign_prefixes", "canonical_id", "to_18"]

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_POD = "Em"
_SHORT, _LONG = 15, 18
_TABLE = 62**5
_LETTER = {
    ObjectKind.CUSTOM: "a",
    ObjectKind.CUSTOM_SETTING: "a",
    ObjectKind.CUSTOM_METADATA: "m",
    ObjectKind.PLATFORM_EVENT: "e",
    ObjectKind.BIG_OBJECT: "b",
    ObjectKind.EXTERNAL: "x",
}

# Prefixes of entities whose describe carries none in the facts; the platform's own where known.
KNOWN_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "AccountShare": "00r",
        "CampaignShare": "08s",
        "CaseShare": "01n",
        "ConnectedApplication": "0H4",
        "ContactShare": "03s",
        "CustomPermission": "0CP",
        "FieldPermissions": "01k",
        "Group": "00G",
        "GroupMember": "011",
        "LeadShare": "01o",
        "MutingPermissionSet": "0QM",
        "ObjectPermissions": "110",
        "OpportunityShare": "00t",
        "Organization": "00D",
        "PermissionSet": "0PS",
        "PermissionSetAssignment": "0Pa",
        "PermissionSetGroup": "0PG",
        "PermissionSetGroupComponent": "0PH",
        "PermissionSetLicense": "0PL",
        "PermissionSetLicenseAssign": "2LA",
        "Profile": "00e",
        "RecordType": "012",
        "SetupEntityAccess": "0J0",
        "User": "005",
        "UserLicense": "100",
        "UserLogin": "0Yw",
        "UserRole": "00E",
    }
)


@lru_cache(maxsize=65536)
def _check(chunk: str) -> str:
    return _SUFFIX[sum(1 << place for place, char in enumerate(chunk) if "A" <= char <= "Z")]


def to_18(short: str) -> str:
    """Append the check suffix to a 15-character id: one character per chunk of five, its bits the capitals.

    Source: documented, help.salesforce.com "18-character ID" (three groups of five, ``A-Z0-5``).
    """
    return short + _check(short[:5]) + _check(short[5:10]) + _check(short[10:15])


def canonical_id(text: str) -> str | None:
    """Return the 18-character id that ``text`` means, or None when it is not an id.

    An 18-character id may come in any case: its suffix restores the capitals (documented, as above).
    """
    if not (text.isascii() and text.isalnum()):
        return None
    if len(text) == _SHORT:
        return to_18(text)
    if len(text) != _LONG:
        return None
    if to_18(text[:15]) == text:
        return text
    restored = []
    for chunk, mark in zip((text[:5], text[5:10], text[10:15]), text[15:].upper(), strict=True):
        bits = _SUFFIX.find(mark)
        if bits < 0:
            return None
        restored += [c.upper() if bits >> place & 1 else c.lower() for place, c in enumerate(chunk)]
    found = to_18("".join(restored))
    return found if found.lower() == text.lower() else None


@lru_cache(maxsize=4096)
def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 62)
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits))


def assign_prefixes(objects: Iterable[ObjectDef]) -> dict[str, str]:
    """Return the key prefix of every object: the known ones, else a free one, in order of the names.

    Custom objects count a00, a01, ... as in a fresh org (assumed: a real org counts in order of creation).
    """
    ordered = sorted(objects, key=lambda each: each.name)
    prefixes = dict(KNOWN_PREFIXES)
    prefixes |= {each.name: each.key_prefix for each in ordered if each.key_prefix}
    taken = set(prefixes.values())
    counters: dict[str, int] = {}
    for each in ordered:
        if each.name in prefixes:
            continue
        letter = _LETTER.get(each.kind, "Z")
        while True:
            number = counters.get(letter, 0)
            counters[letter] = number + 1
            prefix = letter + _base62(number, 2)
            if prefix not in taken:
                break
        taken.add(prefix)
        prefixes[each.name] = prefix
    return prefixes


class IdFactory:
    """Hands out ids; an id that a rolled-back transaction used is never used again, as on the platform."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._counters: dict[str, int] = {}

    def next(self, object_name: str) -> str:
        """Return the next 18-character id of an object."""
        number = self._counters.get(object_name, 0) + 1
        self._counters[object_name] = number
        return self.nth(object_name, number)

    def nth(self, object_name: str, number: int) -> str:
        """Return the id with a given running number: for rows that are computed, not stored."""
        high, low = divmod(number, _TABLE)
        middle, last = divmod(low, 62)
        head, chunk = self._prefixes[object_name] + _POD, _base62(high, 5)
        tail = _base62(middle, 4) + _DIGITS[last]
        return f"{head}{chunk}{tail}{_check(head)}{_check(chunk)}{_check(tail)}"

    def first(self, object_name: str, number: int) -> list[str]:
        """Return the ids with the running numbers from 1 to ``number``; made for very many."""
        head, chunk = self._prefixes[object_name] + _POD, _base62(0, 5)
        start, marks = head + chunk, _check(head) + _check(chunk)
        found: list[str] = []
        for block in range(number // 62 + 1):  # by their last digit: a third of the time of one by one
            middle = _base62(block, 4)
            small, capital = _check(middle + "0"), _check(middle + "A")
            found += [
                f"{start}{middle}{last}{marks}{capital if last in _CAPITALS else small}" for last in _DIGITS
            ]
        return found[1 : number + 1]
