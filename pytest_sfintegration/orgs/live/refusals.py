"""What a refused log-in means in Setup: a table, each line with its source.

The texts of the OAuth endpoint are not translated, so ``error_description`` may tell cases of one ``error``
apart; SOAP faults are told by their code alone.
"""

from dataclasses import dataclass

__all__ = ["REFUSALS", "Refusal", "remedy_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One refusal: its code, a part of its description ("": any), and what to change."""

    code: str
    text: str = ""
    remedy: str
    source: str


_SOAP = "SOAP API Developer Guide, login(), and captured faults"
_OAUTH = "Salesforce Help, OAuth 2.0 Authorization Errors, and captured answers"

REFUSALS = (
    Refusal(
        code="INVALID_LOGIN",
        remedy="the username, password or security token is wrong, or the user is locked or inactive: check "
        "the "
        "user under Setup > Users (Unlock, Active), reset the security token under the user's own Settings, "
        "and "
        "use test.salesforce.com (or the My Domain) for a sandbox",
        source=f"{_SOAP}, recorded",
    ),
    Refusal(
        code="LOGIN_MUST_USE_SECURITY_TOKEN",
        remedy="this network is not trusted: add security_token, or add the address under Setup > Network "
        "Access or to the profile's login IP ranges",
        source=f"{_SOAP}, recorded",
    ),
    Refusal(
        code="LOGIN_DURING_RESTRICTED_DOMAIN",
        remedy="this machine's address is outside the login IP ranges of the user's profile: add it under "
        "Setup > Profiles > Login IP Ranges, or run from within",
        source=f"{_SOAP}, documented",
    ),
    Refusal(
        code="LOGIN_DURING_RESTRICTED_TIME",
        remedy="it is outside the login hours of the user's profile: Setup > Profiles > Login Hours",
        source=f"{_SOAP}, documented",
    ),
    Refusal(
        code="PASSWORD_LOCKOUT",
        remedy="too many wrong passwords: unlock the user under Setup > Users",
        source=f"{_SOAP}, documented",
    ),
    Refusal(
        code="ORG_LOCKED", remedy="the org is locked: ask Salesforce support", source=f"{_SOAP}, documented"
    ),
    Refusal(
        code="TRIAL_EXPIRED",
        remedy="the org's trial or scratch period is over: create a new one",
        source=f"{_SOAP}, documented",
    ),
    Refusal(
        code="INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        remedy="the user's password has expired: set a new one, and Password Never Expires in the profile of "
        "an "
        "integration user; or use JWT bearer, which needs no password",
        source=f"{_SOAP}, recorded",
    ),
    Refusal(
        code="API_DISABLED_FOR_ORG",
        remedy="the API is off for this user or edition: give the user the permission API Enabled (profile "
        "or "
        "permission set), or check the edition",
        source=f"{_SOAP}, recorded",
    ),
    Refusal(
        code="API_CURRENTLY_DISABLED",
        remedy="the user lacks the permission API Enabled: give it by profile or permission set",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="UNSUPPORTED_API_VERSION",
        remedy="SOAP login() does not exist in this API version: use JWT bearer or client credentials",
        source=f"{_SOAP}, documented",
    ),
    Refusal(
        code="INSUFFICIENT_ACCESS",
        remedy="the org demands the user permission Use Any API Auth for SOAP login(): grant it, or use JWT "
        "bearer or client credentials",
        source=f"{_SOAP}, documented",
    ),
    Refusal(
        code="INVALID_SESSION_ID",
        remedy="the session is dead, or the app gives no API access (scope api; API Access Control): get a "
        "new "
        "token, or add the scope to the app",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_grant",
        text="user hasn't approved this consumer",
        remedy="nobody approved the app for this user: set its policy to 'Admin approved users are "
        "pre-authorized' and add a permission set or profile of the user under Setup > App Manager > Manage; "
        "check also that the username exists in this org and is active",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_app_access",
        remedy="the app admits pre-authorized users only: assign one of its permission sets or profiles to "
        "the "
        "user (Setup > App Manager > Manage)",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_grant",
        text="no client credentials user",
        remedy="the app has no Run As user for the client credentials flow: name the integration user under "
        "Setup > App Manager > Manage > Client Credentials Flow",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_grant",
        text="no valid scopes",
        remedy="the app has only the scopes full or refresh_token: add 'Manage user data via APIs (api)'",
        source=f"{_OAUTH}, community",
    ),
    Refusal(
        code="invalid_grant",
        text="request not supported on this domain",
        remedy="client credentials are served by the org's own My Domain only: give its url, not login. or "
        "test.",
        source=f"{_OAUTH}, documented",
    ),
    Refusal(
        code="invalid_client_id",
        remedy="no app of this org has this consumer key: copy client_id from Setup > App Manager > View; a "
        "new app needs up to ten minutes, a refreshed sandbox has other keys",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_client",
        remedy="the consumer secret is wrong: copy client_secret anew (it changes when it is rotated)",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="app_not_found",
        remedy="the external client app is not installed in this org: install it, or use an app of this org",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_grant",
        text="authentication failure",
        remedy="the username, password or security token is wrong (the token is appended to the password), "
        "or "
        "the flow is blocked: Setup > OAuth and OpenID Connect Settings > Allow OAuth Username-Password "
        "Flows; "
        "external client apps do not offer it at all",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_grant",
        text="ip restricted",
        remedy="this machine's address is outside the allowed IP ranges: add it to the profile's login IP "
        "ranges, or relax IP restrictions in the app's policy",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_grant",
        text="audience",
        remedy="the assertion names the wrong login host: set audience to test for a sandbox or scratch org, "
        "to "
        "login for production",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_grant",
        text="expired",
        remedy="the token or assertion has expired: log in again, and check this machine's clock",
        source=f"{_OAUTH}, recorded",
    ),
    Refusal(
        code="invalid_grant",
        text="invalid assertion",
        remedy="the signature does not fit the app's digital certificate: upload the certificate that "
        "belongs to "
        "the private key (Setup > App Manager > Edit)",
        source="assumed: the embedded org's words for a failed signature",
    ),
    Refusal(
        code="invalid_grant",
        text="inactive",
        remedy="the user or the org is inactive: activate the user under Setup > Users",
        source=f"{_OAUTH}, community",
    ),
    Refusal(
        code="REQUEST_LIMIT_EXCEEDED",
        remedy="the org's API calls are spent, or too many run at once: run again later",
        source="captured answers of the REST API, recorded",
    ),
    Refusal(
        code="SERVER_UNAVAILABLE",
        remedy="the org is busy or in maintenance (status.salesforce.com): run again later",
        source="restforce/restforce issue 570, community",
    ),
    Refusal(
        code="unknown_error",
        remedy="the org asks to try again: if it stays so, check TLS 1.2 and the proxy in between",
        source=f"{_OAUTH}, recorded",
    ),
)


def remedy_of(code: str, text: str) -> str:
    """Return what to change for a refusal; a refusal that the table lacks says so."""
    plain = code.removeprefix("sf:")
    for one in REFUSALS:
        if one.code == plain and one.text in text.lower():
            return one.remedy
    return (
        "look at Setup > Login History of the user for the reason, and at the app's policies "
        "(this refusal is not in the plugin's table)"
    )
