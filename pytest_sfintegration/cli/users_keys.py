"""The tables of keys of a users file; the names are those of the org's own specs."""

from typing import Any

from pytest_sfintegration.cli.values import Flag, Moment, Number, Secret, Table
from pytest_sfintegration.matrix.records import Entries, Key, Required
from pytest_sfintegration.matrix.shapes import ListOf, Shape, Text

__all__ = [
    "APP",
    "EXPIRATION",
    "FILE",
    "GROUP",
    "LICENSE",
    "LOGIN",
    "ORGANIZATION",
    "TOKEN",
    "USER",
    "users_schema",
]

_LINE = Text(
    words="a text",
    pattern=r"[ ]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*",
    remedy="Write one line that is not blank.",
)
_LINES = ListOf(item=_LINE, may_be_empty=True)
_FLAG = Flag()
_MOMENT = Moment()
_SECRET = Secret()


def _key(name: str, shape: Shape, description: str, *, required: bool = False) -> Key:
    demand = Required.ALWAYS if required else Required.NEVER
    return Key(name=name, shape=shape, description=description, required=demand)


EXPIRATION = Table(
    words="a mapping of an expiry",
    table=(
        _key("name", _LINE, "The permission set or group assigned.", required=True),
        _key("at", _MOMENT, "ExpirationDate; from then on it grants nothing.", required=True),
    ),
)

USER = Table(
    words="a mapping of a user",
    table=(
        _key("username", _LINE, "The username.", required=True),
        _key("profile", _LINE, "The name of the profile.", required=True),
        _key("password", _SECRET, "The password; left out, no login by password."),
        _key("security_token", _SECRET, "The security token, appended to the password by clients."),
        _key("password_expired", _FLAG, "Whether the password has expired (default false)."),
        _key("is_active", _FLAG, "Whether the user is active (default true)."),
        _key("frozen", _FLAG, "Whether the user is frozen, and cannot log in (default false)."),
        _key("created", _MOMENT, "CreatedDate (default: the first day of 2020)."),
        _key("last_password_change", _MOMENT, "LastPasswordChangeDate; left out, it is null."),
        _key("permission_sets", _LINES, "The permission sets assigned."),
        _key("permission_set_groups", _LINES, "The permission set groups assigned."),
        _key("permission_set_licenses", _LINES, "The permission set licences assigned."),
        _key("expired_permission_sets", _LINES, "Permission sets whose assignment has expired."),
        _key("expired_permission_set_groups", _LINES, "Groups whose assignment has expired."),
        _key("expirations", Entries(item=EXPIRATION), "When assignments of his expire."),
        _key("role", _LINE, "The DeveloperName of the role."),
        _key("license", _LINE, "The user licence (default: the profile's)."),
        _key("manager", _LINE, "The username of the manager."),
        _key("public_groups", _LINES, "The DeveloperNames of the public groups he is a member of."),
        _key("queues", _LINES, "The DeveloperNames of the queues he is a member of."),
        _key("territories", _LINES, "The territories he is assigned to, each as Model.Territory."),
        _key("user_type", _LINE, "UserType (default Standard)."),
        _key(
            "marketing_user",
            _FLAG,
            "Whether he is a Marketing User, who may create campaigns (default true).",
        ),
        _key("first_name", _LINE, "The first name."),
        _key("last_name", _LINE, "The last name (default: from the username)."),
        _key("email", _LINE, "The e-mail address (default: the username)."),
    ),
)

APP = Table(
    words="a mapping of a connected app",
    table=(
        _key("name", _LINE, "The name of the app.", required=True),
        _key("consumer_key", _LINE, "The consumer key (client_id).", required=True),
        _key("consumer_secret", _SECRET, "The consumer secret (client_secret)."),
        _key(
            "certificate",
            _LINE,
            "A PEM file with the certificate or public key of the JWT bearer flow; relative to this file.",
        ),
        _key("scopes", ListOf(item=_LINE), "The OAuth scopes (default: api)."),
        _key("run_as", _LINE, "The username of the client credentials flow."),
        _key("admin_approved_only", _FLAG, "Whether only pre-authorised users may use it (default false)."),
        _key("profiles", _LINES, "The profiles that are pre-authorised."),
        _key("permission_sets", _LINES, "The permission sets that are pre-authorised."),
        _key("approved_users", _LINES, "The usernames that approved the app, for the JWT bearer flow."),
        _key("external_client_app", _FLAG, "Whether it is an external client app (default false)."),
        _key("installed", _FLAG, "Whether it is installed in this org (default true)."),
        _key("enforce_ip_ranges", _FLAG, "Whether login IP ranges bind it (default true)."),
    ),
)

GROUP = Table(
    words="a mapping of a public group",
    table=(
        _key("name", _LINE, "The DeveloperName of the public group.", required=True),
        _key("groups", _LINES, "The DeveloperNames of the public groups that it holds."),
        _key("roles", _LINES, "The DeveloperNames of the roles that it holds."),
        _key("roles_and_subordinates", _LINES, "The roles that it holds with those below them."),
    ),
)

ORGANIZATION = Table(
    words="a mapping of the organization",
    table=(
        _key("name", _LINE, "The name of the organization."),
        _key("is_sandbox", _FLAG, "Whether it is a sandbox (default false)."),
        _key("organization_type", _LINE, "OrganizationType (default Developer Edition)."),
        _key("instance_name", _LINE, "InstanceName."),
        _key("api_limit", Number(), "The API requests of a day (default 100000)."),
        _key("api_enabled", _FLAG, "Whether the REST API is enabled (default true)."),
        _key(
            "insufficient_access_status",
            Number(choices=(400, 403)),
            "The HTTP status of INSUFFICIENT_ACCESS_OR_READONLY (default 403).",
        ),
        _key("trusted_network", _FLAG, "Whether logins need no security token (default true)."),
        _key("soap_login_enabled", _FLAG, "Whether SOAP login() is enabled (default true)."),
        _key("username_password_flow_enabled", _FLAG, "Whether that OAuth flow is enabled (default true)."),
        _key("any_api_auth_required", _FLAG, "Whether SOAP login() needs UseAnyApiAuth (default false)."),
        _key(
            "active_territory_model",
            _LINE,
            "The territory model that is active, where the source has several.",
        ),
    ),
)

LICENSE = Table(
    words="a mapping of a licence",
    table=(
        _key("name", _LINE, "The user licence, or the permission set licence.", required=True),
        _key("total", Number(), "How many the org has (default: a thousand of each).", required=True),
        _key("status", _LINE, "Status (default Active)."),
    ),
)

LOGIN = Table(
    words="a mapping of a log-in",
    table=(
        _key("username", _LINE, "Who logged in.", required=True),
        _key("at", _MOMENT, "LoginTime.", required=True),
        _key("login_type", _LINE, "LoginType (default Remote Access 2.0)."),
        _key("login_sub_type", _LINE, "LoginSubType."),
        _key("application", _LINE, "Application (default N/A)."),
        _key("source_ip", _LINE, "SourceIp (default 127.0.0.1)."),
        _key("status", _LINE, "Status: Success (default), or why it failed."),
        _key("login_url", _LINE, "LoginUrl (default login.salesforce.com)."),
        _key("api_type", _LINE, "ApiType (default N/A)."),
        _key("api_version", _LINE, "ApiVersion (default N/A)."),
        _key("browser", _LINE, "Browser (default Unknown)."),
        _key("platform", _LINE, "Platform (default Unknown)."),
        _key("client_version", _LINE, "ClientVersion (default N/A)."),
        _key("tls_protocol", _LINE, "TlsProtocol."),
        _key("country_iso", _LINE, "CountryIso."),
    ),
)

TOKEN = Table(
    words="a mapping of a token",
    table=(
        _key("username", _LINE, "Whose it is.", required=True),
        _key("app", _LINE, "AppName.", required=True),
        _key("created", _MOMENT, "CreatedDate."),
        _key("last_used", _MOMENT, "LastUsedDate."),
        _key("use_count", Number(), "UseCount (default 0)."),
    ),
)

FILE = Table(
    words="a mapping with users",
    table=(
        _key("users", Entries(item=USER), "The users of the org.", required=True),
        _key("connected_apps", Entries(item=APP), "Its connected and external client apps."),
        _key(
            "public_groups",
            Entries(item=GROUP),
            "What its public groups hold beside users; no source tells it.",
        ),
        _key("organization", ORGANIZATION, "Its row of Organization, and its switches."),
        _key("licenses", Entries(item=LICENSE), "How many licences it has."),
        _key("logins", Entries(item=LOGIN), "Log-ins before it was served: rows of LoginHistory."),
        _key("tokens", Entries(item=TOKEN), "OAuth tokens that its users hold."),
    ),
)


def users_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a users file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Users of an embedded Salesforce org",
        **FILE.schema(),
    }
