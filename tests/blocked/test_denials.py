"""Every reason of a denial by every route: the requests are real, the org is the embedded one."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from blocked_org import USERNAME, Project, permission, readable
from denial_routes import FIELD, READS, ROOT, WRITES, Route

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.run import MatrixRun, user_of
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.orgs.client import OrgClient, Reply
from pytest_sfintegration.orgs.embedded import EmbeddedTarget

ALL = {**READS, **WRITES}
# By a fixed object the parent path and the child sub-select name no ghost: there nothing is unknown.
GHOST = {name: route for name, route in ALL.items() if name not in {"parent path", "child sub-select"}}
# Only who reads the key finds by it.
WITHOUT_KEY = {name: route for name, route in ALL.items() if name != "external id"}

OBJECT = (permission("Payroll__c", "CRED"), readable("Payroll__c.Contact__c"))
KEY = readable("Payroll__c.Key__c", edit=True)
READ_ONLY = (permission("Payroll__c", "R"), readable("Payroll__c.Contact__c"))
FIELD_RIGHT = readable("Contact.SSN__c", edit=True)
EVERYTHING = (*OBJECT, KEY, FIELD_RIGHT)
PSL = "<license>PayrollPsl</license>"
PLATFORM = "<license>Salesforce Platform</license>"


def _nothing(scene: "Scene") -> None:
    """Leave the org as it was built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An org in which a denial is to come about."""

    target: EmbeddedTarget
    setup: OrgClient
    user_id: str

    def assign(self, name: str, **values: Any) -> Reply:
        (found,) = self.setup.query(f"SELECT Id FROM PermissionSet WHERE Name = '{name}'", purpose="test")
        row = {"AssigneeId": self.user_id, "PermissionSetId": found["Id"], **values}
        path = f"{ROOT}/sobjects/PermissionSetAssignment"
        return self.setup.send("POST", path, row, purpose="test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the user is refused: what the source grants, and what is done to the org before the run.

    ``refused``: the routes whose refusal is a denial. ``other``: the verdict on the rest.
    """

    project: Callable[[Project], Project]
    before: Callable[[Scene], None] = _nothing
    routes: Mapping[str, Route]
    refused: frozenset[str] = frozenset()
    other: str = "extra"
    thing: str = "Payroll__c"
    field: str = "SSN__c"
    owned: bool = True
    sharing: str = "ReadWrite"
    api: bool = True


def _denied(project: Callable[[Project], Project], routes: Mapping[str, Route], **more: Any) -> Reason:
    return Reason(project=project, routes=routes, refused=frozenset(routes), **more)


def _take_away(scene: Scene) -> None:
    where = f"AssigneeId = '{scene.user_id}' AND PermissionSet.Name = 'Extra'"
    (found,) = scene.setup.query(f"SELECT Id FROM PermissionSetAssignment WHERE {where}", purpose="test")
    (reply,) = scene.setup.delete([found["Id"]], purpose="test")
    assert reply.ok, reply


def _assign(scene: Scene) -> None:
    assert scene.assign("Extra").ok


def _assign_and_take_away(scene: Scene) -> None:
    _assign(scene)
    _take_away(scene)


def _assign_until_an_hour_ago(scene: Scene) -> None:
    (org,) = scene.target._orgs.values()
    told = org.world.now
    expires = (told() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert scene.assign("Extra", ExpirationDate=expires).ok
    org.world.now = lambda: told() + timedelta(hours=2)


def _refuse_assignment(scene: Scene) -> None:
    reply = scene.assign("Extra")
    assert reply.status == 400
    assert "licens" in reply.error().message


def _end_session(scene: Scene) -> None:
    plain = scene.target.user_client

    def ended(user: Any) -> OrgClient:
        client = plain(user)
        headers = client._transport._headers  # type: ignore[attr-defined]
        headers["authorization"] = "Bearer 00D000000000000!ended"
        return client

    scene.target.user_client = ended  # type: ignore[method-assign]


def _spend_calls(scene: Scene) -> None:
    scene.target.budget.limit = scene.target.budget.used


def _granting(*parts: str) -> Callable[[Project], Project]:
    return lambda project: project.granting(*parts)


def _extra(*parts: str, user: str = "") -> Callable[[Project], Project]:
    return lambda project: project.having(others={"Extra": parts}, user=user)


def _muted(*parts: str) -> Callable[[Project], Project]:
    return lambda project: project.having(member=parts, muted=parts)


def _plain(project: Project) -> Project:
    return project


# What a record out of reach refuses, and what one that can only be read refuses; the rest says of itself
# nothing of one record: it is answered without rows, or makes a record of the user's own.
BY_ID = frozenset({"record", "external id", "batch", "composite", "update", "delete"})
CHANGES = frozenset({"update", "delete"})
FIELD_BY_ID = frozenset({"record fields", "external id", "update of it"})
FIELD_CHANGES = frozenset({"create with it", "update of it"})

REASONS: Mapping[str, Reason] = {
    "not granted": _denied(_plain, ALL),
    "muted": _denied(_muted(permission("Payroll__c", "CRED")), ALL),
    "assignment taken away": _denied(_extra(*EVERYTHING), ALL, before=_assign_and_take_away),
    "assignment expired": _denied(_extra(*EVERYTHING), ALL, before=_assign_until_an_hour_ago),
    "licence missing": _denied(_extra(*EVERYTHING, PSL), ALL, before=_refuse_assignment),
    "another user licence": _denied(_extra(*EVERYTHING, PLATFORM), ALL, before=_refuse_assignment),
    "read only": Reason(project=_granting(*READ_ONLY), routes=WITHOUT_KEY, refused=frozenset(WRITES)),
    "record out of reach": Reason(
        project=_granting(*OBJECT, KEY), routes=ALL, refused=BY_ID, owned=False, sharing="Private"
    ),
    "record to be read only": Reason(
        project=_granting(*OBJECT, KEY), routes=ALL, refused=CHANGES, owned=False, sharing="Read"
    ),
    "no such thing": Reason(project=_plain, routes=GHOST, thing="Ghost__c", other="unknown target"),
    "API off": Reason(project=_plain, routes=ALL, api=False, other="inconclusive"),
    "session ended": Reason(project=_plain, routes=ALL, before=_end_session, other="inconclusive"),
    "calls spent": Reason(project=_plain, routes=ALL, before=_spend_calls, other="inconclusive"),
    "nothing, for it is granted": Reason(project=_granting(*OBJECT, KEY), routes=ALL),
    "nothing, for the licence is held": Reason(
        project=_extra(*EVERYTHING, PSL, user="  permission_set_licenses: [PayrollPsl]\n"),
        routes=ALL,
        before=_assign,
    ),
}
FIELD_REASONS: Mapping[str, Reason] = {
    "not granted": _denied(_plain, FIELD),
    "muted": _denied(_muted(FIELD_RIGHT), FIELD),
    "assignment taken away": _denied(_extra(*EVERYTHING), FIELD, before=_assign_and_take_away),
    "assignment expired": _denied(_extra(*EVERYTHING), FIELD, before=_assign_until_an_hour_ago),
    "licence missing": _denied(_extra(*EVERYTHING, PSL), FIELD, before=_refuse_assignment),
    "another user licence": _denied(_extra(*EVERYTHING, PLATFORM), FIELD, before=_refuse_assignment),
    "read only": Reason(project=_granting(readable("Contact.SSN__c")), routes=FIELD, refused=FIELD_CHANGES),
    "record out of reach": Reason(
        project=_granting(FIELD_RIGHT), routes=FIELD, refused=FIELD_BY_ID, owned=False
    ),
    "no such thing": Reason(project=_plain, routes=FIELD, field="Ghost__c", other="unknown target"),
    "API off": Reason(project=_plain, routes=FIELD, api=False, other="inconclusive"),
    "session ended": Reason(project=_plain, routes=FIELD, before=_end_session, other="inconclusive"),
    "calls spent": Reason(project=_plain, routes=FIELD, before=_spend_calls, other="inconclusive"),
    "nothing, for it is granted": Reason(project=_granting(FIELD_RIGHT), routes=FIELD),
    "nothing, for the licence is held": Reason(
        project=_extra(*EVERYTHING, PSL, user="  permission_set_licenses: [PayrollPsl]\n"),
        routes=FIELD,
        before=_assign,
    ),
}
TABLES = [
    pytest.param(reason, id=f"{kind}: {name}")
    for kind, reasons in (("object", REASONS), ("field", FIELD_REASONS))
    for name, reason in reasons.items()
]


def test_the_table_has_every_reason_by_every_route() -> None:
    assert sum(len(reason.routes) for reason in REASONS.values()) >= 300
    assert sum(len(reason.routes) for reason in FIELD_REASONS.values()) >= 140


@pytest.mark.parametrize("reason", TABLES)
def test_refusal_is_told_from_the_rest(reason: Reason, project: Project) -> None:
    project = reason.project(project).having(sharing=reason.sharing, api=reason.api)
    expected = {name: "ok" if name in reason.refused else reason.other for name in reason.routes}
    assert dict(_verdicts(project, reason)) == expected


def _verdicts(project: Project, reason: Reason) -> Iterator[tuple[str, str]]:
    user = user_of(load(project.write(), environ={}, root=project.folder))
    target = project.target()
    setup = target.setup_client(user)
    (me,) = setup.query(f"SELECT Id FROM User WHERE Username = '{USERNAME}'", purpose="test")
    owner = {"OwnerId": me["Id"]} if reason.owned else {}
    sent = [
        route.filled({**_records(setup, owner, number), "X": reason.thing, "F": reason.field})
        for number, route in enumerate(reason.routes.values())
    ]
    reason.before(Scene(target=target, setup=setup, user_id=me["Id"]))
    listed = "".join(f"  - {json.dumps(_declared(route))}\n" for route in sent)
    path = project.having(matrix=f"blocked:\n  requests:\n{listed}").write()
    matrix = load(path, environ={}, root=project.folder)
    rows = [row for row in expand(matrix) if "blocked-request" in row.id]
    run = MatrixRun(matrix=matrix, rows=rows, target=target, levels=tuple(Level))
    for name, row in zip(reason.routes, rows, strict=True):
        findings = run.result(row).findings
        yield name, str(findings[0].verdict) if findings else "ok"


def _records(setup: OrgClient, owner: Mapping[str, str], number: int) -> Mapping[str, str]:
    """Make the records that one route is about, so that what another one does to its own changes nothing."""
    _make(setup, "Account", Name="A")
    contact = _make(setup, "Contact", LastName="Doe", SSN__c=f"s{number}", **owner)
    record = _make(setup, "Payroll__c", Name="P", Key__c=f"k{number}", Contact__c=contact, **owner)
    _make(setup, "Slip__c", Name="S", Payroll__c=record)
    return {"id": record, "contact": contact, "k": f"k{number}", "s": f"s{number}"}


def _declared(route: Route) -> Mapping[str, Any]:
    body = {} if route.body is None else {"body": route.body}
    return {"method": route.method, "path": route.path, **body}


def _make(setup: OrgClient, name: str, **values: Any) -> str:
    (reply,) = setup.create([{"attributes": {"type": name}, **values}], purpose="test")
    assert reply.ok, reply
    return str(reply.payload["id"])
