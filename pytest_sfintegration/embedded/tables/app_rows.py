"""Rows of connected apps and external client apps: those of the source, those registered, those granted."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pytest_sfintegration.embedded.ids import IdFactory
from pytest_sfintegration.embedded.specs import ConnectedAppSpec
from pytest_sfintegration.embedded.tables.directory import Directory
from pytest_sfintegration.sfdx.model import ConnectedApp

__all__ = ["APP_ROWS"]

Rows = list[dict[str, Any]]
_LIFETIME = re.compile(r"specific_(lifetime|inactivity):(\d+):(\w+)", re.IGNORECASE)


def connected_applications(directory: Directory, _ids: IdFactory) -> Rows:
    """Return ConnectedApplication (Object Reference), whose Name is the label (assumed)."""
    known = directory.source.connected_apps
    registered = {each.name: each for each in directory.registered if not each.external_client_app}
    rows = []
    for (kind, name), record_id in directory.setup_entities.items():
        if kind != "ConnectedApplication":
            continue
        row: dict[str, Any] = {"Id": record_id, "Name": name, **_unknown()}
        if name in known:
            row |= _declared(known[name])
        elif name in registered:
            row["OptionsAllowAdminApprovedUsersOnly"] = registered[name].admin_approved_only
        rows.append(row)
    return rows


def _unknown() -> dict[str, Any]:
    flags = (
        "AllowAdminApprovedUsersOnly",
        "RefreshTokenValidityMetric",
        "HasSessionLevelPolicy",
        "IsInternal",
        "FullContentPushNotifications",
        "CodeCredentialGuestEnabled",
        "AppIssueJwtTokenEnabled",
        "TokenExchangeManageBitEnabled",
    )
    return {f"Options{each}": False for each in flags}


def _declared(app: ConnectedApp) -> dict[str, Any]:
    """Return what the metadata tells.

    RefreshTokenValidityMetric is true where the token lives on while it is used (documented). That the period
    of ``zero`` is 0 and that of ``infinite`` null is assumed.
    """
    policy = app.refresh_token_policy or ""
    timed = _LIFETIME.fullmatch(policy)
    period = int(timed.group(2)) if timed else 0 if policy.lower() == "zero" else None
    return {
        "Name": app.label,
        "OptionsAllowAdminApprovedUsersOnly": app.admin_approved_only,
        "OptionsRefreshTokenValidityMetric": bool(timed and timed.group(1).lower() == "inactivity"),
        "OptionsHasSessionLevelPolicy": app.session_level is not None,
        "RefreshTokenValidityPeriod": period,
        "StartUrl": app.start_url,
        "MobileStartUrl": app.mobile_start_url,
    }


def external_client_applications(directory: Directory, _ids: IdFactory) -> Rows:
    """Return ExternalClientApplication (External Client Apps Guide; columns by a describe of v64)."""
    known = directory.source.external_client_apps
    return [
        {
            "Id": record_id,
            "DeveloperName": name,
            "MasterLabel": known[name].label if name in known else name,
            "Description": (known[name].description if name in known else "") or None,
            "ContactEmail": known[name].contact_email if name in known else None,
            "DistributionState": known[name].distribution_state if name in known else "Local",
            "NamespacePrefix": None,
        }
        for (kind, name), record_id in directory.setup_entities.items()
        if kind == "ExternalClientApplication"
    ]


def oauth_policies(directory: Directory, ids: IdFactory) -> Rows:
    """Return ExtlClntAppOauthPlcyCnfg: one for each app whose policies are known."""
    rows: Rows = []
    for name, app in sorted(directory.source.external_client_apps.items()):
        if app.policy_name is None:
            continue
        rows.append(
            {
                "DeveloperName": app.policy_name,
                "MasterLabel": app.policy_name,
                "PermittedUsersPolicyType": app.permitted_users,
                "IpRelaxationPolicyType": app.ip_relaxation,
                "RefreshTokenPolicyType": app.refresh_token_policy,
                "RefreshTokenValidityPeriod": app.refresh_token_validity,
                "RefreshTokenValidityUnit": app.refresh_token_unit,
                "SessionTimeoutInMinutes": app.session_timeout,
                "RequiredSessionLevel": app.session_level,
                "PolicyAction": app.policy_action,
                "StartUrl": app.start_url,
                "IsClientCredentialsFlowEnabled": app.client_credentials,
                "ClientCredentialsFlowUser": app.run_as,
                "ExternalClientApplicationId": directory.setup_entities["ExternalClientApplication", name],
            }
        )
    for each in directory.registered:
        if each.external_client_app and not directory.declares(each):
            rows.append(_registered_policy(directory, each))
    for number, row in enumerate(rows, 1):
        row["Id"] = ids.nth("ExtlClntAppOauthPlcyCnfg", number)
    return rows


def _registered_policy(directory: Directory, app: ConnectedAppSpec) -> dict[str, Any]:
    permitted = "AdminApprovedPreAuthorized" if app.admin_approved_only else "AllSelfAuthorized"
    return {
        "DeveloperName": f"{app.name}_oauthPlcy",
        "MasterLabel": f"{app.name}_oauthPlcy",
        "PermittedUsersPolicyType": permitted,
        "IpRelaxationPolicyType": "Enforce" if app.enforce_ip_ranges else "Bypass",
        "RefreshTokenPolicyType": "Infinite",
        "IsClientCredentialsFlowEnabled": app.run_as is not None,
        "ClientCredentialsFlowUser": app.run_as,
        "ExternalClientApplicationId": directory.setup_entities["ExternalClientApplication", app.name],
    }


APP_ROWS: Mapping[str, Callable[[Directory, IdFactory], Rows]] = MappingProxyType(
    {
        "ConnectedApplication": connected_applications,
        "ExternalClientApplication": external_client_applications,
        "ExtlClntAppOauthPlcyCnfg": oauth_policies,
    }
)
