"""The tables of keys of a matrix: what the loader reads and what the JSON Schema says come from here."""

from pytest_sfintegration.matrix.blocked_keys import (
    ALLOWED_ENTITIES,
    BLOCKED_ENTITIES,
    QUERIES,
    REQUESTS,
)
from pytest_sfintegration.matrix.model import ALL_FIELDS, NO_FIELDS, NO_RECORD_ACCESS
from pytest_sfintegration.matrix.operations import AccessList, AccessText
from pytest_sfintegration.matrix.records import Entries, Key, MapOf, Record, Required
from pytest_sfintegration.matrix.shapes import Date, Deferred, Either, ListOf, Scalar, Shape, Text, Word
from pytest_sfintegration.rights import RecordOperation

__all__ = ["MATRIX"]

API_NAME = Text(
    words="an API name", pattern="[A-Za-z][A-Za-z0-9_]*", remedy="API names have letters, digits and _ only."
)
FIELD = Text(
    words="the API name of a field, without its object",
    pattern=API_NAME.pattern,
    remedy="Write the field alone, such as Phone or Region__c.",
)
QUALIFIED_FIELD = Text(
    words="a field with its object",
    pattern=rf"{API_NAME.pattern}\.{API_NAME.pattern}",
    remedy="Write Object.Field, such as Contact.SSN__c.",
)
TERRITORY = Text(
    words="a territory with its model",
    pattern=rf"{API_NAME.pattern}\.{API_NAME.pattern}",
    remedy="Write Model.Territory, by their API names.",
)
LINE = Text(
    words="a text",
    pattern=r"[ ]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*",
    remedy="Write one line that is not blank.",
)
REASON = Text(words="a text", pattern=r"[ \t\n\r]*[^ \t\n\r][\s\S]*", remedy="Say why it is left out.")
INTEGRATION = Text(
    words="a name of letters, digits, spaces, - and _",
    pattern="[A-Za-z0-9_-]+(?: +[A-Za-z0-9_-]+)*",
    remedy="The name becomes a part of the tests' ids.",
)
RECORD_NAME = Text(
    words="a name with a letter or digit of ASCII",
    pattern=r"[^\x00-\x1f\x7f]*[A-Za-z0-9][^\x00-\x1f\x7f]*",
    remedy="The name becomes a part of the test's id.",
)

_OBJECTS = ListOf(item=API_NAME)
_FIELDS = ListOf(item=QUALIFIED_FIELD)
_ACCESS = Either(text=AccessText(), items=AccessList())

_FIELD_RULE = Record(
    words="a mapping of fields",
    table=(
        Key(
            name="read",
            shape=Either(text=Word(choices=(ALL_FIELDS,)), items=ListOf(item=FIELD)),
            description="The fields that can be read and not edited, or the word all.",
        ),
        Key(
            name="edit",
            shape=Either(text=Word(choices=(ALL_FIELDS,)), items=ListOf(item=FIELD)),
            description="The fields that can be edited (and read), or the word all.",
        ),
        Key(
            name="others",
            shape=Word(choices=("any",)),
            description="any: fields that are not listed are not judged. Otherwise they must be hidden.",
        ),
    ),
)

_OBJECT = Either(
    text=AccessText(),
    items=AccessList(),
    keys=Record(
        words="a mapping with access, fields and via",
        table=(
            Key(
                name="access",
                shape=_ACCESS,
                required=Required.ALWAYS,
                description="The operations allowed, by name or letter (C R E D, V view all, M modify all); "
                "every other operation must be denied.",
            ),
            Key(
                name="fields",
                shape=Either(text=Word(choices=(NO_FIELDS,)), keys=_FIELD_RULE),
                description="The fields that can be read or edited, or the word none; left out, fields are "
                "not judged.",
            ),
            Key(
                name="via",
                shape=ListOf(item=LINE),
                description="The profile, permission sets or groups that the rights must come from.",
            ),
        ),
    ),
)

_USER = Record(
    words="a mapping of the integration user",
    table=(
        Key(
            name="username",
            shape=LINE,
            required=Required.WHOLE,
            description="The username that the integration logs in with.",
        ),
        Key(name="profile", shape=LINE, description="The name of the user's profile."),
        Key(name="role", shape=API_NAME, description="The API name of the user's role."),
        Key(name="license", shape=LINE, description="The name of the user licence."),
        Key(
            name="permission_set_licenses",
            shape=ListOf(item=API_NAME, may_be_empty=True),
            description="The API names of the permission set licences assigned.",
        ),
        Key(
            name="permission_sets",
            shape=ListOf(item=API_NAME, may_be_empty=True),
            description="The API names of the permission sets assigned.",
        ),
        Key(
            name="permission_set_groups",
            shape=ListOf(item=API_NAME, may_be_empty=True),
            description="The API names of the permission set groups assigned.",
        ),
        Key(
            name="public_groups",
            shape=ListOf(item=API_NAME, may_be_empty=True),
            description="The API names of the public groups that the user is a member of.",
        ),
        Key(
            name="queues",
            shape=ListOf(item=API_NAME, may_be_empty=True),
            description="The API names of the queues that the user is a member of.",
        ),
        Key(
            name="territories",
            shape=ListOf(item=TERRITORY, may_be_empty=True),
            description="The territories that the user is assigned to, each with its model: Model.Territory.",
        ),
    ),
)

_OWNER = Either(
    text=Word(choices=("integration", "setup")),
    keys=Record(
        words="a mapping with user, role or queue",
        one_of=("user", "role", "queue"),
        table=(
            Key(name="user", shape=LINE, description="The username of the owner."),
            Key(
                name="role",
                shape=API_NAME,
                description="The API name of a role: an active user who has it becomes the owner.",
            ),
            Key(name="queue", shape=API_NAME, description="The API name of the queue that owns the record."),
        ),
    ),
)

_VALUES = MapOf(key=FIELD, value=Scalar(), what="value")

_TERRITORIES = ListOf(item=TERRITORY)
_PARENT = Record(
    words="a mapping with object, with, owner or territories",
    table=(
        Key(name="object", shape=API_NAME, description="The object, where the lookup points to several."),
        Key(name="with", shape=_VALUES, description="Values of the parent; the rest is made up."),
        Key(name="owner", shape=_OWNER, description="Who owns the parent; the owner of the record if not."),
        Key(
            name="territories",
            shape=_TERRITORIES,
            description="The territories that the parent, an account, is assigned to: Model.Territory.",
        ),
    ),
)

_SINGLE = tuple(one for one in RecordOperation if one is not RecordOperation.ALL)
_RECORD_OPERATION = Text(
    words=f"one of {', '.join(_SINGLE)}",
    pattern="|".join(_SINGLE),
    remedy="Name single operations, or write one word without a list.",
)
_RECORD = Record(
    words="a mapping with name and access",
    table=(
        Key(
            name="name",
            shape=RECORD_NAME,
            required=Required.ALWAYS,
            description="What the record stands for; a part of the test's id.",
        ),
        Key(
            name="access",
            shape=Either(
                text=Word(choices=(NO_RECORD_ACCESS, *RecordOperation)), items=ListOf(item=_RECORD_OPERATION)
            ),
            required=Required.ALWAYS,
            description="The access to the record, as UserRecordAccess has it: that much and no more; a "
            "list names single operations, such as [read, transfer].",
        ),
        Key(
            name="with",
            shape=_VALUES,
            description="Values of a record that the setup user makes, and removes afterwards.",
        ),
        Key(
            name="owner",
            shape=_OWNER,
            description="The owner of the record made: integration or setup (the user of that log-in), a "
            "user, role or queue; the setup user if left out.",
        ),
        Key(
            name="parent",
            shape=MapOf(key=FIELD, value=_PARENT, what="record"),
            description="Records for lookups to point to, by field. Required parents are made unasked.",
        ),
        Key(
            name="territories",
            shape=_TERRITORIES,
            description="The territories that the record, an account, is assigned to: Model.Territory.",
        ),
        Key(
            name="where",
            shape=LINE,
            description="A SOQL condition: instead of making a record, every record found must have the "
            "access.",
        ),
    ),
)

_BLOCKED = Record(
    words="a mapping of what must never be granted",
    table=(
        Key(name="objects", shape=_OBJECTS, description="Objects without any access."),
        Key(name="fields", shape=_FIELDS, description="Hidden fields, as Object.Field."),
        Key(name="user_permissions", shape=_OBJECTS, description="User permissions not granted."),
        Key(name="queries", shape=QUERIES, description="SOQL queries that the org must refuse."),
        Key(name="requests", shape=REQUESTS, description="Requests that the org must refuse."),
        Key(name="setup_entities", shape=BLOCKED_ENTITIES, description="Setup entities not granted."),
    ),
)

_IGNORED = Record(
    words="a mapping with reason and what to ignore",
    one_of=("objects", "fields", "user_permissions"),
    table=(
        Key(name="objects", shape=_OBJECTS, description="Objects that the closed world leaves out."),
        Key(name="fields", shape=_FIELDS, description="Fields left out, as Object.Field."),
        Key(name="user_permissions", shape=_OBJECTS, description="User permissions left out."),
        Key(name="reason", shape=REASON, required=Required.ALWAYS, description="Why they are left out."),
        Key(name="expires", shape=Date(), description="The last day on which the entry holds."),
    ),
)


def _checklist() -> Shape:
    from pytest_sfintegration.matrix.checklist.keys import CHECKLIST  # noqa: PLC0415 - few matrices have one

    return CHECKLIST


MATRIX = Record(
    words="a mapping with integration, user and objects",
    table=(
        Key(
            name="extends",
            shape=Either(text=LINE, items=ListOf(item=LINE)),
            description="Bases: paths relative to this file. An object here replaces the base's.",
        ),
        Key(
            name="integration",
            shape=INTEGRATION,
            required=Required.WHOLE,
            description="The name of the integration; the first part of the tests' ids.",
        ),
        Key(
            name="user",
            shape=_USER,
            required=Required.WHOLE,
            description="The integration user and the containers it is meant to be assigned.",
        ),
        Key(
            name="objects",
            shape=MapOf(key=API_NAME, value=_OBJECT, what="access"),
            description="The objects that the integration may use. Every other object must be denied.",
        ),
        Key(
            name="records",
            shape=MapOf(key=API_NAME, value=Entries(item=_RECORD), what="records"),
            description="Records by object, and the access that sharing must give to each.",
        ),
        Key(
            name="blocked",
            shape=_BLOCKED,
            description="Named never rows, each its own test, on top of the closed world.",
        ),
        Key(
            name="user_permissions",
            shape=ListOf(item=API_NAME, may_be_empty=True),
            description="The user permissions allowed; every other must be denied.",
        ),
        Key(
            name="setup_entities",
            shape=ALLOWED_ENTITIES,
            description="The Apex classes, flows, custom permissions, apps, pages and the like granted, or "
            "the word none; every other must not be. Left out, they are not judged.",
        ),
        Key(
            name="ignore",
            shape=Entries(item=_IGNORED),
            description="What the closed world leaves out: each entry gives a reason.",
        ),
        Key(
            name="checklist",
            shape=Deferred(_checklist),
            description="The integration-user checklist: a preset, or a mapping of what is declared.",
        ),
    ),
)
"""The whole file."""
