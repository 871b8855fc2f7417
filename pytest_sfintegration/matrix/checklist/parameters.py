"""What a checklist may declare: by key, its shape and the value that is made of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.matrix.checklist import forms
from pytest_sfintegration.matrix.checklist.values import (
    App,
    IpRange,
    LoginHours,
    Logins,
    Naming,
    Privilege,
    Review,
    Rotation,
    ip_range,
)
from pytest_sfintegration.matrix.errors import Kind
from pytest_sfintegration.matrix.model import Named
from pytest_sfintegration.matrix.page import Page, quoted
from pytest_sfintegration.matrix.records import Found
from pytest_sfintegration.matrix.shapes import Shape

__all__ = ["PARAMETERS", "Parameter"]

_MINUTES_AN_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One key. ``make`` turns what was read into a value; it reports to the page what makes no sense.

    ``example`` is a line to declare it by.
    """

    shape: Shape
    description: str
    example: str
    make: Callable[[Found, Page], Any] = lambda found, _: found.value


def _ranges(names: tuple[Named, ...], page: Page) -> tuple[IpRange, ...]:
    ranges = []
    for each in names:
        try:
            ranges.append(ip_range(each.name, each.at))
        except ValueError as wrong:
            message = f"{quoted(each.name)} is no range of IP addresses: {wrong}."
            page.report_at(each.at, message, "Write 192.0.2.0/24 or 192.0.2.1-192.0.2.9.", Kind.VALUE)
    return tuple(ranges)


def _login_hours(found: Found, page: Page) -> LoginHours:
    if isinstance(found.value, str):
        return LoginHours(hours={}, any_time=True)
    hours = {}
    for day, each in found.value.items():
        begin, end = (_minutes(text) for text in each.value.name.split("-"))
        if begin > end:
            message = f"{day}: {quoted(each.value.name)} ends before it begins."
            page.report_at(each.at, message, "Login hours lie within one day.", Kind.VALUE)
        hours[day] = begin, end
    return LoginHours(hours=hours)


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * _MINUTES_AN_HOUR + int(minute)


def _apps(found: Found, page: Page) -> tuple[App, ...]:
    apps: dict[str, App] = {}
    for each in found.value:
        values = _plain(each.value)
        if "name" not in values:  # reported
            continue
        app = App(at=each.at, **values)
        if apps.setdefault(app.name, app) is not app:
            message = f"the app {quoted(app.name)} is declared twice."
            page.report_at(each.at, message, "Remove one of them.", Kind.DUPLICATE)
    return tuple(apps.values())


def _plain(values: Mapping[str, Found]) -> dict[str, Any]:
    """Return the values of a mapping without their places; texts as such."""
    return {
        key: each.value.name if isinstance(each.value, Named) else each.value for key, each in values.items()
    }


def _naming(found: Found, page: Page) -> Naming:
    patterns = {}
    for key, each in found.value.items():
        try:
            re.compile(each.value.name)
        except re.error as wrong:
            message = f"{quoted(each.value.name)} is no pattern: {wrong}."
            page.report_at(each.at, message, "Write a regular expression of Python.", Kind.VALUE)
        patterns[key] = each.value.name
    return Naming(**patterns)


def _logins(found: Found, page: Page) -> Logins:
    values = {key: each.value for key, each in found.value.items()}
    if "sources" in values:
        values["sources"] = _ranges(values["sources"], page)
    return Logins(**values)


def _review(found: Found, _page: Page) -> Review | None:
    values = _plain(found.value)
    return Review(**values) if len(values) == len(forms.REVIEW.table) else None  # else reported


def _privileged(found: Found, _page: Page) -> tuple[Privilege, ...]:
    return tuple(
        Privilege(name=name, at=each.at, **_plain(each.value))
        for name, each in found.value.items()
        if len(each.value) == len(forms.PRIVILEGE.table)
    )


PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "login_ip_ranges": Parameter(
            shape=forms.RANGES,
            description="The addresses that the integration logs in from: 192.0.2.0/24, or first-last.",
            example="login_ip_ranges: [192.0.2.0/24]",
            make=lambda found, page: _ranges(found.value, page),
        ),
        "login_hours": Parameter(
            shape=forms.LOGIN_HOURS,
            description="The hours in which it logs in, by day, or the word any.",
            example='login_hours: {monday: "06:00-20:00"}',
            make=_login_hours,
        ),
        "session": Parameter(
            shape=forms.MINUTES,
            description="The minutes without use after which a session must end, at most.",
            example="session: 120",
        ),
        "apps": Parameter(
            shape=forms.APPS,
            description="The connected or external client apps that it logs in through.",
            example="apps: [{name: Acme, permission_sets: [Acme_Sync]}]",
            make=_apps,
        ),
        "custom_permissions": Parameter(
            shape=forms.API_NAMES,
            description="The custom permissions that may be held, by API name.",
            example="custom_permissions: [Skip_Duplicate_Alerts]",
        ),
        "managed_packages": Parameter(
            shape=forms.API_NAMES,
            description="The permission sets of managed packages that may be assigned: namespace__Name.",
            example="managed_packages: [acme__Sync]",
        ),
        "naming": Parameter(
            shape=forms.NAMING,
            description="Regular expressions that the names must match as a whole.",
            example='naming: {username: "[a-z.]+@acme.example"}',
            make=_naming,
        ),
        "assignments": Parameter(
            shape=forms.DAYS,
            description="The days within which no assignment may expire; 30 if left out.",
            example="assignments: 30",
        ),
        "uses": Parameter(
            shape=forms.OBJECTS,
            description="The objects that the integration really touches.",
            example="uses: [Account, Contact]",
        ),
        "logins": Parameter(
            shape=forms.LOGINS,
            description="Where logins come from, and through what.",
            example="logins: {sources: [192.0.2.0/24], applications: [Acme]}",
            make=_logins,
        ),
        "last_login": Parameter(
            shape=forms.DAYS,
            description="The days within which it must have logged in; 90 if left out.",
            example="last_login: 90",
        ),
        "rotation": Parameter(
            shape=forms.ROTATION,
            description="The days after which secrets are replaced: 180, and 90 of privileged users.",
            example="rotation: {days: 180, privileged_days: 90}",
            make=lambda found, _: Rotation(**_plain(found.value)),
        ),
        "review": Parameter(
            shape=forms.REVIEW,
            description="Who answers for the integration, the last review, and how often one is due.",
            example="review: {owner: CRM team, reviewed: 2026-01-31, every: quarterly}",
            make=_review,
        ),
        "privileged": Parameter(
            shape=forms.PRIVILEGED,
            description="Privileged user permissions that are held on purpose.",
            example="privileged: {ViewAllData: {justification: ..., controls: [..., ...]}}",
            make=_privileged,
        ),
    }
)
"""Everything that an item can read, by key."""
