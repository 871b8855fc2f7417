"""What a caller says of the org: its users, its organization row, its connected apps."""

from dataclasses import dataclass, field

from pytest_sfintegration.embedded.history_specs import Expiration, LicenseSpec, LoginSpec, TokenSpec

__all__ = ["SETUP_USERNAME", "ConnectedAppSpec", "OrganizationSpec", "PublicGroupSpec", "UserSpec"]

SETUP_USERNAME = "setup@embedded.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSpec:
    """A user of the embedded org, with what is assigned to him.

    ``expired_permission_sets`` and ``expired_permission_set_groups`` are assignments whose ExpirationDate has
    passed: they stand in PermissionSetAssignment (IsActive false) and grant nothing. ``expirations`` give
    assignments a date: from then on they grant nothing. ``frozen``: he cannot log in, although he is active.
    ``created`` and ``last_password_change`` are dates and times of ISO 8601, UTC where they name no other
    offset; a password whose last change is not told has none. ``public_groups`` and
    ``queues`` are the DeveloperNames of groups he is a direct member of, ``territories`` the territories he
    is assigned to, as ``Model.Territory``. ``password`` None: he cannot log in
    by password. ``marketing_user``: the user's flag Marketing User, without which he cannot create campaigns.
    """

    username: str
    profile: str
    permission_sets: tuple[str, ...] = ()
    permission_set_groups: tuple[str, ...] = ()
    permission_set_licenses: tuple[str, ...] = ()
    expired_permission_sets: tuple[str, ...] = ()
    expired_permission_set_groups: tuple[str, ...] = ()
    role: str | None = None
    license: str | None = None
    manager: str | None = None
    public_groups: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    password: str | None = None
    security_token: str = ""
    password_expired: bool = False
    is_active: bool = True
    user_type: str = "Standard"
    marketing_user: bool = True
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    frozen: bool = False
    created: str | None = None
    last_password_change: str | None = None
    expirations: tuple[Expiration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicGroupSpec:
    """What a public group holds beside its users: the source does not tell the members of groups.

    ``groups``, ``roles`` and ``roles_and_subordinates`` are DeveloperNames.
    """

    name: str
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    roles_and_subordinates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationSpec:
    """The row of Organization, the API allocation, and the switches that recordings disagree about.

    ``insufficient_access_status`` is the HTTP status of INSUFFICIENT_ACCESS_OR_READONLY: 403 and 400
    were both seen in real orgs. ``trusted_network``: from it no security token is asked for; without it a
    token is needed by every user who has one. ``active_territory_model``: the territory model in
    state Active, where neither sharing rules, nor its being the only one, nor the users' territories tell
    it. ``licenses`` state the totals that were bought; ``logins`` and ``tokens`` are what the org holds of
    the time before it was built.
    """

    name: str = "Embedded Org"
    is_sandbox: bool = False
    organization_type: str = "Developer Edition"
    instance_name: str = "EMB1"
    api_limit: int = 100_000
    api_enabled: bool = True
    insufficient_access_status: int = 403
    trusted_network: bool = True
    soap_login_enabled: bool = True
    username_password_flow_enabled: bool = True
    any_api_auth_required: bool = False
    active_territory_model: str | None = None
    licenses: tuple[LicenseSpec, ...] = ()
    logins: tuple[LoginSpec, ...] = ()
    tokens: tuple[TokenSpec, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedAppSpec:
    """A connected app: consumer key and secret, certificate, policy.

    ``certificate`` is PEM text: an X.509 certificate or a public key. ``admin_approved_only``: only
    users who hold
    one of ``profiles`` or ``permission_sets`` may use it; otherwise a user must be among
    ``approved_users`` for
    the JWT flow. ``run_as``: the username of the client-credentials flow. ``installed`` false: an external
    client app of another org.
    """

    name: str
    consumer_key: str
    consumer_secret: str | None = None
    certificate: str | None = None
    scopes: tuple[str, ...] = ("api",)
    admin_approved_only: bool = False
    profiles: tuple[str, ...] = ()
    permission_sets: tuple[str, ...] = ()
    approved_users: frozenset[str] = field(default_factory=frozenset)
    run_as: str | None = None
    external_client_app: bool = False
    installed: bool = True
    enforce_ip_ranges: bool = True
