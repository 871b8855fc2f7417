"""Hand-made results of judged rows, one of each kind."""

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.checks.verdict import Finding, RowResult, Verdict
from pytest_sfintegration.rights import FieldRight, Location, ObjectRight, Operation, UserPermissionRight

PATH = "suites/acme.matrix.yaml"
SYNC = Grant(name="Acme_Sync", kind="permission set")
THROUGH = Grant(name="Acme_Quick_Fix", kind="permission set", group="Acme_Everything")
PROFILE = Grant(name="Acme Integration", kind="profile", because="ModifyAllData")

HELD = dict.fromkeys(Level, True)
NOT_HELD = dict.fromkeys(Level, False)
CONFIGURED = {Level.CONFIGURED: True}


def at(line: int, column: int = 3) -> Location:
    return Location(path=PATH, line=line, column=column)


def on(obj: str, operation: Operation) -> ObjectRight:
    return ObjectRight(object=obj, operation=operation)


def field(obj: str, name: str, operation: Operation) -> FieldRight:
    return FieldRight(object=obj, field=name, operation=operation)


def result(*findings: Finding, row: str = "Account-crud", **values: object) -> RowResult:
    """Return a result; what is not given is that of the row Account-crud."""
    settings: dict[str, object] = {
        "integration": "Acme",
        "aspect": "crud",
        "object": "Account",
        "judged": 6,
        "control": "the setup user sees Account and acme@example.com is logged in",
        "levels": tuple(Level),
        **values,
    }
    return RowResult(row=row, findings=findings, **settings)  # type: ignore[arg-type]


EXTRA = result(
    Finding(
        verdict=Verdict.EXTRA,
        right=on("Account", Operation.DELETE),
        expected=False,
        at=at(7),
        observed=HELD,
        grants=(THROUGH,),
        paste="Account: {access: CREDM}",
    ),
    Finding(
        verdict=Verdict.EXTRA,
        right=on("Account", Operation.MODIFY_ALL),
        expected=False,
        at=at(7),
        observed=CONFIGURED,
        grants=(THROUGH, PROFILE),
        paste="Account: {access: CREDM}",
    ),
)
MISSING = result(
    Finding(
        verdict=Verdict.MISSING,
        right=on("Account", Operation.CREATE),
        expected=True,
        at=at(8, 13),
        observed=NOT_HELD,
        nearest=(SYNC, PROFILE),
    ),
    Finding(
        verdict=Verdict.MISSING,
        right=on("Account", Operation.EDIT),
        expected=True,
        at=at(8, 15),
        observed=NOT_HELD,
        muted=(THROUGH,),
    ),
    Finding(
        verdict=Verdict.MISSING,
        right=on("Account", Operation.READ),
        expected=True,
        at=at(8, 14),
        observed=NOT_HELD,
    ),
)
FIELDS = result(
    *(
        Finding(
            verdict=Verdict.EXTRA,
            right=field("Account", name, operation),
            expected=False,
            at=at(9, 5),
            observed=HELD,
            grants=(SYNC,),
            paste=f"Account: {{fields: {{{operation}: [{name}]}}}}",
        )
        for operation in (Operation.READ, Operation.EDIT)
        for name in ("Fax", "Site", "Rating", "Customer_Priority__c", "Number_of_Locations__c")
    ),
    Finding(
        verdict=Verdict.MISSING,
        right=field("Account", "Phone", Operation.EDIT),
        expected=True,
        at=at(10, 14),
        observed={Level.CONFIGURED: False, Level.DESCRIBED: False},
        note="nobody can edit it (formula, auto-number, roll-up or system field): list it under read",
    ),
    row="Account-fields",
    aspect="fields",
)
DISAGREE = result(
    Finding(
        verdict=Verdict.INCONCLUSIVE,
        right=on("Account", Operation.DELETE),
        expected=False,
        at=at(7),
        observed={Level.CONFIGURED: False, Level.DESCRIBED: False, Level.ENFORCED: True},
        note="the evidence disagrees: configured and described: not held; enforced: held",
    )
)
UNKNOWN = result(
    Finding(
        verdict=Verdict.UNKNOWN_TARGET,
        right=None,
        expected=False,
        at=at(7),
        note="the setup user does not see Acount in this org: it does not exist, or is not deployed",
    ),
    control="acme@example.com is logged in",
    levels=(),
)
STOPPED = result(
    Finding(
        verdict=Verdict.INCONCLUSIVE,
        right=None,
        expected=False,
        at=at(2, 1),
        note="the limit of 3 API calls (--sf-max-calls) is reached: raise it, or select fewer tests",
    ),
    row="closed-world",
    aspect="closed world",
    object=None,
    control="",
    levels=(),
)
BLOCKED = result(
    Finding(
        verdict=Verdict.EXTRA,
        right=UserPermissionRight(name="ModifyAllData"),
        expected=False,
        at=at(20, 24),
        observed=CONFIGURED,
        grants=(Grant(name="Acme Integration", kind="profile"),),
        paste="user_permissions: [ModifyAllData]",
    ),
    row="blocked-ModifyAllData",
    aspect="blocked",
    object=None,
    control="acme@example.com is logged in",
    levels=(Level.CONFIGURED,),
)
WORLD = result(
    *(
        Finding(
            verdict=Verdict.EXTRA,
            right=on(name, Operation.READ),
            expected=False,
            at=at(2, 1),
            observed={Level.CONFIGURED: True, Level.DESCRIBED: True},
            grants=(SYNC,),
            paste=f"{name}: R",
        )
        for name in (
            *("Asset", "Campaign", "Case", "Contract", "Document", "Idea", "Individual", "Lead", "Location"),
            *("Opportunity", "Order", "Pricebook2", "Product2", "Quote"),
        )
    ),
    row="closed-world",
    aspect="closed world",
    object=None,
    control="acme@example.com is logged in",
    levels=(Level.CONFIGURED, Level.DESCRIBED),
)
EVERY = {
    "extra": EXTRA,
    "missing": MISSING,
    "fields": FIELDS,
    "disagree": DISAGREE,
    "unknown-target": UNKNOWN,
    "stopped": STOPPED,
    "blocked": BLOCKED,
    "closed-world": WORLD,
}
