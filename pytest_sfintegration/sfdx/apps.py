"""Read connected apps, external client apps with their settings and policies, and session settings.

Sources: Metadata API Developer Guide, the page of each type.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_sfintegration.sfdx.entry import Entry
from pytest_sfintegration.sfdx.login_model import ConnectedApp, ExternalClientApp, SessionSetting

__all__ = ["APP_READERS", "external_client_apps", "read_connected_app"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPart:
    """A file beside an external client app: whose it is, and what it says of it."""

    app: str
    values: Mapping[str, Any]
    path: str
    entry: Entry


def read_connected_app(entry: Entry, name: str) -> ConnectedApp:
    """Read a connected app: what it is stands in ``oauthConfig``, what the org asks in ``oauthPolicy``."""
    oauth = entry.child("oauthConfig")
    policy = entry.child("oauthPolicy")
    session = entry.child("sessionPolicy")
    own = entry.context.own
    return ConnectedApp(
        name=name,
        label=entry.text("label") or name,
        scopes=oauth.texts("scopes") if oauth else (),
        consumer_key=(oauth.text("consumerKey") or None) if oauth else None,
        admin_approved_only=oauth.boolean("isAdminApproved") if oauth else False,
        profiles=entry.texts("profileName"),
        permission_sets=tuple(own(each) for each in entry.texts("permissionSetName")),
        ip_relaxation=(policy.text("ipRelaxation") or None) if policy else None,
        refresh_token_policy=(policy.text("refreshTokenPolicy") or None) if policy else None,
        start_url=entry.text("startUrl") or None,
        mobile_start_url=entry.text("mobileStartUrl") or None,
        session_level=(session.text("sessionLevel") or None) if session else None,
        run_as=_first(entry.text("oauthClientCredentialUser"), oauth, "oauthClientCredentialUser"),
        path=entry.document.path,
    )


def _first(text: str, entry: Entry | None, tag: str) -> str | None:
    return text or (entry.text(tag) if entry else "") or None


def read_external_client_app(entry: Entry, name: str) -> ExternalClientApp:
    """Read the head of an external client app; its settings and policies lie in files of their own."""
    entry.refuse_repeated()
    return ExternalClientApp(
        name=name,
        label=entry.text("label") or name,
        description=entry.text("description"),
        contact_email=entry.text("contactEmail") or None,
        distribution_state=entry.text("distributionState") or "Local",
        path=entry.document.path,
    )


def read_oauth_settings(entry: Entry, name: str) -> AppPart:
    """Read the OAuth settings, which hold the scopes."""
    return _part(entry, name, {"scopes": _listed(entry.text("commaSeparatedOauthScopes"))})


def read_oauth_policy(entry: Entry, name: str) -> AppPart:
    """Read the OAuth policies: who may use the app, from where, for how long."""
    own = entry.context.own
    values = {
        "policy_name": name,
        "permitted_users": entry.text("permittedUsersPolicyType") or "AllSelfAuthorized",
        "profiles": _listed(entry.text("commaSeparatedProfile")),
        "permission_sets": tuple(own(each) for each in _listed(entry.text("commaSeparatedPermissionSet"))),
        "ip_relaxation": entry.text("ipRelaxationPolicyType") or "Enforce",
        "refresh_token_policy": entry.text("refreshTokenPolicyType") or "Infinite",
        "refresh_token_validity": _number(entry, "refreshTokenValidityPeriod"),
        "refresh_token_unit": entry.text("refreshTokenValidityUnit") or None,
        "session_timeout": _number(entry, "sessionTimeoutInMinutes"),
        "session_level": entry.text("requiredSessionLevel") or None,
        "policy_action": entry.text("policyAction") or None,
        "start_url": entry.text("startUrl") or None,
        "client_credentials": entry.boolean("isClientCredentialsFlowEnabled"),
        "run_as": entry.text("clientCredentialsFlowUser") or None,
    }
    return _part(entry, name, values)


def read_app_policy(entry: Entry, name: str) -> AppPart:
    """Read whether the app is enabled."""
    return _part(entry, name, {"enabled": entry.boolean("isEnabled", default=True)})


def external_client_apps(found: Mapping[str, Mapping[str, Any]]) -> dict[str, ExternalClientApp]:
    """Return the external client apps, each with what the files beside it say."""
    apps: dict[str, ExternalClientApp] = dict(found["eca"])
    spelling = {name.casefold(): name for name in apps}
    taken: dict[tuple[str, str], str] = {}
    for suffix in ("ecaOauth", "ecaOauthPlcy", "ecaPlcy"):
        for part in found[suffix].values():
            name = spelling.get(part.app.casefold())
            if name is None:
                part.entry.warn(
                    f"external client app {part.app[:80]} is not in the source.",
                    "Add its .eca file, or correct <externalClientApplication>.",
                )
                continue
            first = taken.setdefault((suffix, name), part.path)
            if first != part.path:
                part.entry.error(
                    f"external client app {name} has a second file of this kind; the first is {first}.",
                    "Keep one of the two.",
                )
                continue
            apps[name] = replace(apps[name], **part.values)
    return apps


def _part(entry: Entry, name: str, values: Mapping[str, Any]) -> AppPart:
    entry.refuse_repeated(("customAttributes", "trustedIpRanges"))
    app = entry.name("externalClientApplication") or name
    return AppPart(app=app, values=values, path=entry.document.path, entry=entry)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _number(entry: Entry, tag: str) -> int | None:
    text = entry.text(tag)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - digits of a 32 bit number
        entry.error(f"<{tag}> is {text[:40]!r}, which is no whole number.", "Write digits only.")
        return None
    return int(text)


def read_session_setting(entry: Entry, _name: str) -> SessionSetting:
    """Read the session settings of a profile; what the file is called means nothing."""
    return SessionSetting(
        profile=entry.text("profile"), timeout=_number(entry, "sessionTimeout"), path=entry.document.path
    )


_Reader = Callable[[Entry, str], object]

# metadata suffix -> root element, and the reader
APP_READERS: dict[str, tuple[str, _Reader]] = {
    "connectedApp": ("ConnectedApp", read_connected_app),
    "eca": ("ExternalClientApplication", read_external_client_app),
    "ecaOauth": ("ExtlClntAppOauthSettings", read_oauth_settings),
    "ecaOauthPlcy": ("ExtlClntAppOauthConfigurablePolicies", read_oauth_policy),
    "ecaPlcy": ("ExtlClntAppConfigurablePolicies", read_app_policy),
    "profileSessionSetting": ("ProfileSessionSetting", read_session_setting),
}
