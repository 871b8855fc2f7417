"""The shapes of what a checklist declares."""

from pytest_sfintegration.matrix.checklist.switches import Whole
from pytest_sfintegration.matrix.checklist.values import DAYS as WEEK
from pytest_sfintegration.matrix.checklist.values import EVERY
from pytest_sfintegration.matrix.keys import API_NAME, LINE
from pytest_sfintegration.matrix.records import Entries, Key, MapOf, Record, Required
from pytest_sfintegration.matrix.shapes import Date, Either, ListOf, Text, Word

__all__ = [
    "API_NAMES",
    "APPS",
    "DAYS",
    "LOGINS",
    "LOGIN_HOURS",
    "MINUTES",
    "NAMING",
    "OBJECTS",
    "PRIVILEGE",
    "PRIVILEGED",
    "RANGES",
    "REASON",
    "REVIEW",
    "ROTATION",
]

REASON = Text(words="a text", pattern=r"[ \t\n\r]*[^ \t\n\r][\s\S]*", remedy="Say why.")
_RANGE = Text(
    words="a range of IP addresses",
    pattern=r"[0-9A-Fa-f:.]+(?:/[0-9]{1,3}|[ ]*-[ ]*[0-9A-Fa-f:.]+)?",
    remedy="Write 192.0.2.0/24 or 192.0.2.1-192.0.2.9.",
)
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS = Text(
    words="two times of one day",
    pattern=f"{_TIME}-(?:{_TIME}|24:00)",
    remedy='Write them between quotes, such as "06:00-20:00"; equal times let nobody in.',
)

RANGES = ListOf(item=_RANGE)
API_NAMES = ListOf(item=API_NAME, may_be_empty=True)
OBJECTS = ListOf(item=API_NAME)
DAYS = Whole(of="days")
MINUTES = Whole(of="minutes")
_LINES = ListOf(item=LINE, may_be_empty=True)

LOGIN_HOURS = Either(
    text=Word(choices=("any",)),
    keys=Record(
        words="a mapping from days to hours",
        table=tuple(Key(name=day, shape=_HOURS, description=f"The hours of {day.title()}.") for day in WEEK),
    ),
)

APPS = Entries(
    item=Record(
        words="a mapping with name and what is declared of the app",
        table=(
            Key(
                name="name",
                shape=LINE,
                required=Required.ALWAYS,
                description="The name that Setup shows.",
            ),
            Key(
                name="kind",
                shape=Word(choices=("connected app", "external client app")),
                description="What sort of app it is; either, if left out.",
            ),
            Key(
                name="permission_sets",
                shape=API_NAMES,
                description="The permission sets that are pre-authorised, and no others.",
            ),
            Key(name="profiles", shape=_LINES, description="The profiles that are, and no others."),
            Key(
                name="scopes",
                shape=_LINES,
                description="The OAuth scopes, as the metadata names them: Api, RefreshToken.",
            ),
            Key(
                name="ip_relaxation",
                shape=LINE,
                description="The IP relaxation, as the metadata names it: ENFORCE.",
            ),
            Key(
                name="refresh_token",
                shape=LINE,
                description="The refresh token policy, as the metadata names it: zero, or days:30.",
            ),
            Key(name="run_as", shape=LINE, description="The username that client credentials run as."),
        ),
    )
)

NAMING = Record(
    words="a mapping of patterns",
    table=(
        Key(name="username", shape=LINE, description="The pattern of the username."),
        Key(name="profile", shape=LINE, description="The pattern of the profile's name."),
        Key(name="permission_sets", shape=LINE, description="The pattern of sets' and groups' API names."),
    ),
)

LOGINS = Record(
    words="a mapping of what logins are like",
    table=(
        Key(name="sources", shape=RANGES, description="The addresses that logins come from."),
        Key(name="applications", shape=_LINES, description="The applications, as Login History has them."),
        Key(name="login_types", shape=_LINES, description="The login types, as Login History has them."),
        Key(name="api_types", shape=_LINES, description="The API types, as Login History has them."),
        Key(name="failed_per_day", shape=Whole(of="logins"), description="The failed logins a day, at most."),
    ),
)

ROTATION = Record(
    words="a mapping with days",
    table=(
        Key(name="days", shape=DAYS, description="The age of a secret at most."),
        Key(name="privileged_days", shape=DAYS, description="The same for a privileged user."),
    ),
)

REVIEW = Record(
    words="a mapping with owner, reviewed and every",
    table=(
        Key(name="owner", shape=LINE, required=Required.ALWAYS, description="Who answers for it."),
        Key(
            name="reviewed", shape=Date(), required=Required.ALWAYS, description="The day of the last review."
        ),
        Key(
            name="every",
            shape=Word(choices=tuple(EVERY)),
            required=Required.ALWAYS,
            description="How often a review is due.",
        ),
    ),
)

PRIVILEGE = Record(
    words="a mapping with justification and controls",
    table=(
        Key(name="justification", shape=REASON, required=Required.ALWAYS, description="Why it is needed."),
        Key(
            name="controls",
            shape=ListOf(item=LINE),
            required=Required.ALWAYS,
            description="The compensating controls, two at least.",
        ),
    ),
)
PRIVILEGED = MapOf(key=API_NAME, value=PRIVILEGE, what="reason")
