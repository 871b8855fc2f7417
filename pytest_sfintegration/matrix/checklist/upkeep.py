"""The items of upkeep: what must stay true after go-live."""

from pytest_sfintegration.matrix.checklist.item import Group, Item, Preset, Severity

__all__ = ["UPKEEP"]

_API_ONLY = 'Salesforce Help, "Give Integration Users API Only Access"'
_BLOG = 'Salesforce Admins, "Best Practices for Configuring Your Integration User"'
_SBS = "Security Benchmark for Salesforce"
_HISTORY = 'Salesforce Help, "Monitor Login History"'

UPKEEP = (
    Item(
        key="review",
        group=Group.UPKEEP,
        title="somebody answers for the integration, and its access was reviewed in time",
        setup="Nothing in Setup: go through the matrix with its owner, then write the day under review.",
        source=f"{_SBS}, SBS-ACS-010 and SBS-ACS-007",
        severity=Severity.MEDIUM,
        reads="review",
    ),
    Item(
        key="rotation",
        group=Group.UPKEEP,
        title="secrets are replaced in time",
        setup="Users > the user: reset the password. App Manager > the app: rotate the consumer secret, or "
        "upload a new certificate.",
        source=f'Salesforce Help, "Rotate the Consumer Key and Consumer Secret of a Connected App"; {_BLOG}',
        severity=Severity.MEDIUM,
        preset=Preset.STRICT,
        reads="rotation",
    ),
    Item(
        key="active",
        group=Group.UPKEEP,
        title="the user is active, and not frozen",
        setup="Users > the user: activate it, or choose Unfreeze; remove the matrix of an integration that "
        "is gone.",
        source='Salesforce Help, "Freeze or Unfreeze User Accounts"',
        severity=Severity.HIGH,
    ),
    Item(
        key="last_login",
        group=Group.UPKEEP,
        title="the user has logged in lately",
        setup="Users > the user: deactivate a user that no integration needs any more.",
        source=f"{_SBS}, SBS-ACS-007",
        severity=Severity.MEDIUM,
        preset=Preset.STRICT,
        reads="last_login",
    ),
    Item(
        key="login_sources",
        group=Group.UPKEEP,
        part="sources",
        title="every log-in came from a declared address",
        setup="Profiles > the profile > Login IP Ranges: narrow them to the declared addresses; reset the "
        "secrets if a log-in was not yours.",
        source=f"{_HISTORY}; {_SBS}, SBS-ACS-009",
        severity=Severity.HIGH,
        preset=Preset.STRICT,
        reads="logins",
    ),
    Item(
        key="login_clients",
        group=Group.UPKEEP,
        title="every log-in used a declared application, login type and API type",
        setup="Connected Apps OAuth Usage: block what is not declared; API Access Control: let in installed "
        "apps only.",
        source=f"{_HISTORY}; {_SBS}, SBS-OAUTH-001",
        severity=Severity.HIGH,
        preset=Preset.STRICT,
        reads="logins",
    ),
    Item(
        key="failed_logins",
        group=Group.UPKEEP,
        part="failed_per_day",
        title="log-ins do not fail in numbers",
        setup="Login History: look for the reason in Status; correct the client, or reset the secrets.",
        source=_HISTORY,
        severity=Severity.MEDIUM,
        preset=Preset.STRICT,
        reads="logins",
    ),
    Item(
        key="no_ui_login",
        group=Group.UPKEEP,
        title="nobody logged in to the user interface",
        setup="Profiles > the profile, or a permission set: enable API Only User; reset the password.",
        source=f"{_API_ONLY}; {_HISTORY}",
        severity=Severity.HIGH,
        preset=Preset.STRICT,
    ),
    Item(
        key="oauth_tokens",
        group=Group.UPKEEP,
        title="no app holds a token of the user, but for the declared ones",
        setup="Users > the user > OAuth Connected Apps: revoke what is not declared.",
        source=f'Salesforce Help, "Manage Current OAuth Connected App Sessions"; {_SBS}, SBS-OAUTH-001',
        severity=Severity.HIGH,
        preset=Preset.STRICT,
        reads="apps",
    ),
    Item(
        key="dormant_grants",
        group=Group.UPKEEP,
        title="no permission set grants an object that the integration does not use",
        setup="Permission Sets > the set > Object Settings: take the object's permissions away.",
        source=f"{_API_ONLY} (least privilege); {_SBS}, SBS-ACS-008",
        severity=Severity.MEDIUM,
        reads="uses",
    ),
    Item(
        key="inventory",
        group=Group.UPKEEP,
        title="every integration user of the org is declared in exactly one matrix",
        setup="Users: deactivate those that no integration needs; write a matrix for each of the others.",
        source=f"{_SBS}, SBS-ACS-007",
        severity=Severity.MEDIUM,
        preset=Preset.STRICT,
    ),
    Item(
        key="licenses_left",
        group=Group.UPKEEP,
        title="the licences of integrations are in force, and one is left",
        setup="Company Information > User Licenses: free one of a user that is gone, or buy more.",
        source=f"{_API_ONLY} (five come with Enterprise, Performance and Unlimited Edition)",
        severity=Severity.LOW,
        preset=Preset.STRICT,
    ),
    Item(
        key="privileged_rights",
        group=Group.UPKEEP,
        title="privileged permissions are justified, and controlled twice",
        setup="Permission Sets > the set > System Permissions: take it away; or justify it under privileged, "
        "with two compensating controls.",
        source=f"{_SBS}, SBS-ACS-008 and SBS-ACS-009",
        severity=Severity.HIGH,
        reads="privileged",
    ),
)
