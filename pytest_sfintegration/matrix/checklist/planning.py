"""The items of planning and configuration."""

from pytest_sfintegration.matrix.checklist.item import Group, Item, Preset, Severity

__all__ = ["PLANNING"]

_API_ONLY = 'Salesforce Help, "Give Integration Users API Only Access"'
_BLOG = 'Salesforce Admins, "Best Practices for Configuring Your Integration User"'
_SBS = "Security Benchmark for Salesforce"

PLANNING = (
    Item(
        key="profile_base",
        group=Group.PLANNING,
        title="the profile is Minimum Access - API Only Integrations, or a clone of it",
        setup="Profiles: clone Minimum Access - API Only Integrations for this integration; then edit the "
        "user and choose the clone.",
        source=f"{_API_ONLY}; {_SBS}, SBS-ACS-005",
        severity=Severity.HIGH,
    ),
    Item(
        key="profile_empty",
        group=Group.PLANNING,
        title="the profile grants nothing beyond API access",
        setup="Profiles > the profile: clear its object, field, user, Apex, page, tab and app permissions; "
        "grant what is needed by permission sets.",
        source=f"{_BLOG}; {_API_ONLY}",
        severity=Severity.HIGH,
    ),
    Item(
        key="rights_by_permission_sets",
        group=Group.PLANNING,
        title="rights come from permission sets and groups alone",
        setup="Permission Sets: make one for what the integration needs, assign it to the user, and take "
        "the same rights out of the profile.",
        source=f"{_BLOG}; {_SBS}, SBS-ACS-001",
        severity=Severity.MEDIUM,
    ),
    Item(
        key="own_profile",
        group=Group.PLANNING,
        title="no other active user has the profile",
        setup="Profiles: clone the profile for this integration, and give the clone to its user alone.",
        source=f"{_SBS}, SBS-ACS-001 and SBS-ACS-005",
        severity=Severity.MEDIUM,
    ),
    Item(
        key="own_user",
        group=Group.PLANNING,
        title="the user belongs to one integration, and the integration has one user",
        setup="Users: make a user for each integration, and name it in that integration's matrix alone.",
        source=f"{_API_ONLY}; {_SBS}, SBS-ACS-007",
        severity=Severity.HIGH,
    ),
    Item(
        key="not_a_person",
        group=Group.PLANNING,
        title="the user is no person's and no administrator's login",
        setup="Users: make a user for the integration, with the API Only User permission and without "
        "administrative permissions; leave people their own logins.",
        source=f"{_BLOG}; {_SBS}, SBS-ACS-008",
        severity=Severity.HIGH,
    ),
    Item(
        key="user_license",
        group=Group.PLANNING,
        title="the user licence is Salesforce Integration",
        setup="Users > the user > Edit: choose the user licence Salesforce Integration, and a profile of it.",
        source=_API_ONLY,
        severity=Severity.MEDIUM,
    ),
    Item(
        key="integration_license",
        group=Group.PLANNING,
        title="the permission set licence Salesforce API Integration is assigned",
        setup="Users > the user > Permission Set License Assignments: assign Salesforce API Integration.",
        source=_API_ONLY,
        severity=Severity.MEDIUM,
    ),
    Item(
        key="compatible_licenses",
        group=Group.PLANNING,
        title="the user holds the licence of every permission set assigned",
        setup="Permission Sets: make the set anew with the licence Salesforce API Integration, or with none; "
        "the licence of a set cannot be changed later.",
        source=f'{_API_ONLY}; Salesforce Help, "Permission Set Considerations"',
        severity=Severity.MEDIUM,
    ),
    Item(
        key="assignments",
        group=Group.PLANNING,
        title="exactly the declared permission sets, groups and licences are assigned, and none expires soon",
        setup="Users > the user: add and remove assignments of permission sets, permission set groups and "
        "permission set licences, and extend those that expire; or correct user in the matrix.",
        source=f'{_SBS}, SBS-ACS-001; Salesforce Help, "Set Expiration Details for Assigned Users in '
        'Permission Sets and Permission Set Groups"',
        severity=Severity.HIGH,
    ),
    Item(
        key="groups_recalculated",
        group=Group.PLANNING,
        title="every permission set group assigned is recalculated",
        setup="Permission Set Groups > the group: Recalculate; remove what makes it fail.",
        source='Salesforce Help, "Permission Set Group Status and Recalculation"',
        severity=Severity.MEDIUM,
    ),
    Item(
        key="login_ip_ranges",
        group=Group.PLANNING,
        title="login IP ranges are set, and let in no address that is not declared",
        setup="Profiles > the profile > Login IP Ranges: add the ranges of the integration, remove the rest.",
        source=f'Salesforce Help, "Restrict Login IP Addresses in Profiles"; {_SBS}, SBS-AUTH-003',
        severity=Severity.HIGH,
        reads="login_ip_ranges",
    ),
    Item(
        key="login_hours",
        group=Group.PLANNING,
        title="login hours are as declared",
        setup="Profiles > the profile > Login Hours: set the hours in which the integration runs.",
        source='Salesforce Help, "View and Edit Login Hours in Profiles"',
        severity=Severity.LOW,
        preset=Preset.STRICT,
        reads="login_hours",
    ),
    Item(
        key="session",
        group=Group.PLANNING,
        title="sessions end after the declared time without use",
        setup="Profiles > the profile > Session Settings: choose a shorter Session times out after.",
        source='Salesforce Help, "Modify Session Security Settings"',
        severity=Severity.LOW,
        preset=Preset.STRICT,
        reads="session",
    ),
    Item(
        key="custom_permissions",
        group=Group.PLANNING,
        title="every custom permission held is declared",
        setup="Permission Sets > the set > Custom Permissions: take it out, or declare it under "
        "custom_permissions of checklist or of setup_entities.",
        source=f"{_SBS}, SBS-ACS-001",
        severity=Severity.MEDIUM,
    ),
    Item(
        key="managed_packages",
        group=Group.PLANNING,
        title="every permission set of a managed package that is assigned is declared",
        setup="Users > the user > Permission Set Assignments: remove the package's set, or name it under "
        "managed_packages, as namespace__Name.",
        source=f"{_BLOG}; {_SBS}, SBS-ACS-001",
        severity=Severity.MEDIUM,
    ),
    Item(
        key="naming",
        group=Group.PLANNING,
        title="names follow the convention",
        setup="Users, Profiles, Permission Sets: rename what does not fit, or correct the pattern.",
        source=f"{_SBS}, SBS-ACS-007",
        severity=Severity.LOW,
        preset=Preset.STRICT,
        reads="naming",
    ),
)
