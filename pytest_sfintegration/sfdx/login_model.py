"""The immutable model of what metadata says about logging in: addresses, hours, apps and their policies."""

from dataclasses import dataclass

__all__ = ["ConnectedApp", "ExternalClientApp", "IpRange", "LoginHours", "SessionSetting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IpRange:
    """A login IP range of a profile, both ends inclusive."""

    start: str
    end: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginHours:
    """The hours of one day of the week in which the users of a profile may log in.

    ``day`` is 0 for Monday. ``start`` and ``end`` are minutes since midnight in the time zone of the
    organization, the end not included; equal, nobody logs in on that day (documented: help, Set Login Hours).
    """

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedApp:
    """A connected app, as far as the metadata tells.

    Metadata API Developer Guide, ConnectedApp. ``refresh_token_policy`` is ``infinite``, ``zero``,
    ``specific_lifetime:N:UNIT`` or ``specific_inactivity:N:UNIT``. ``run_as``: the user of the client
    credentials flow.
    """

    name: str
    label: str
    scopes: tuple[str, ...] = ()
    consumer_key: str | None = None
    admin_approved_only: bool = False
    profiles: tuple[str, ...] = ()
    permission_sets: tuple[str, ...] = ()
    ip_relaxation: str | None = None
    refresh_token_policy: str | None = None
    start_url: str | None = None
    mobile_start_url: str | None = None
    session_level: str | None = None
    run_as: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalClientApp:
    """An external client app with its OAuth settings and policies.

    Metadata API Developer Guide: ExternalClientApplication, ExtlClntAppOauthSettings,
    ExtlClntAppOauthConfigurablePolicies, ExtlClntAppConfigurablePolicies. What a missing file would say is
    None: the policies are the administrator's, and need not lie in the source.
    """

    name: str
    label: str
    description: str = ""
    contact_email: str | None = None
    distribution_state: str = "Local"
    scopes: tuple[str, ...] | None = None
    permitted_users: str | None = None
    profiles: tuple[str, ...] = ()
    permission_sets: tuple[str, ...] = ()
    ip_relaxation: str | None = None
    refresh_token_policy: str | None = None
    refresh_token_validity: int | None = None
    refresh_token_unit: str | None = None
    session_timeout: int | None = None
    session_level: str | None = None
    policy_action: str | None = None
    start_url: str | None = None
    client_credentials: bool = False
    run_as: str | None = None
    enabled: bool | None = None
    policy_name: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSetting:
    """The session settings of a profile (Metadata API Developer Guide, ProfileSessionSetting).

    ``timeout``: the minutes without use after which a session ends; None where the file does not say.
    """

    profile: str
    timeout: int | None = None
    path: str | None = None
