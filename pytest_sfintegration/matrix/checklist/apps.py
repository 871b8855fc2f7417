"""The items of the connected or external client app that the integration logs in through."""

from pytest_sfintegration.matrix.checklist.item import Group, Item, Preset, Severity

__all__ = ["APPS"]

_ACCESS = 'Salesforce Help, "Manage OAuth Access Policies for a Connected App"'
_SBS = "Security Benchmark for Salesforce, SBS-OAUTH-001"

APPS = (
    Item(
        key="app",
        group=Group.PLANNING,
        title="the app is installed, and admin approved users alone may use it",
        setup="Connected Apps (or External Client App Manager) > the app > OAuth policies: Permitted Users = "
        "Admin approved users are pre-authorized.",
        source=f"{_ACCESS}; {_SBS}",
        severity=Severity.HIGH,
        reads="apps",
    ),
    Item(
        key="app_preauthorization",
        group=Group.PLANNING,
        title="exactly the declared permission sets and profiles are pre-authorised for the app",
        setup="Connected Apps > the app > Manage Profiles, Manage Permission Sets: add and remove.",
        source=f"{_ACCESS}; {_SBS}",
        severity=Severity.HIGH,
        reads="apps",
    ),
    Item(
        key="app_scopes",
        group=Group.PLANNING,
        title="the app has exactly the declared OAuth scopes",
        setup="App Manager > the app > Edit > Selected OAuth Scopes: add and remove.",
        source='Salesforce Help, "OAuth Tokens and Scopes"',
        severity=Severity.HIGH,
        preset=Preset.STRICT,
        reads="apps",
        part="scopes",
        example="apps: [{name: Acme, scopes: [Api, RefreshToken]}]",
    ),
    Item(
        key="app_ip_relaxation",
        group=Group.PLANNING,
        title="the app enforces login IP ranges as declared",
        setup="Connected Apps > the app > OAuth policies > IP Relaxation.",
        source='Salesforce Help, "Connected App IP Relaxation and Continuous IP Enforcement"',
        severity=Severity.HIGH,
        preset=Preset.STRICT,
        reads="apps",
        part="ip_relaxation",
        example="apps: [{name: Acme, ip_relaxation: ENFORCE}]",
    ),
    Item(
        key="app_refresh_token",
        group=Group.PLANNING,
        title="refresh tokens of the app expire as declared",
        setup="Connected Apps > the app > OAuth policies > Refresh Token Policy.",
        source=_ACCESS,
        severity=Severity.MEDIUM,
        preset=Preset.STRICT,
        reads="apps",
        part="refresh_token",
        example='apps: [{name: Acme, refresh_token: "specific_lifetime:90:DAYS"}]',
    ),
    Item(
        key="app_run_as",
        group=Group.PLANNING,
        title="the client credentials flow of the app runs as the declared user",
        setup="Connected Apps > the app > Client Credentials Flow > Run As: choose the integration user.",
        source='Salesforce Help, "OAuth 2.0 Client Credentials Flow for Server-to-Server Integration"',
        severity=Severity.HIGH,
        preset=Preset.STRICT,
        reads="apps",
        part="run_as",
        example="apps: [{name: Acme, run_as: acme@example.com}]",
    ),
)
