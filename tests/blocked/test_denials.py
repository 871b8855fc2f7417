"""Every reason of a denial by every route: the requests are real, the org is the embedded one."""
# ruff: noqa: E501 - rows of tables

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from blocked_org import USERNAME, Project, permission, readable

from pytest_sfintegration.access.blocked_evidence import BlockedEvidence, RequestNeed
from pytest_sfintegration.access.evidence import Evidence, Level
from pytest_sfintegration.access.requests import Requester
from pytest_sfintegration.checks.requests import judge_request
from pytest_sfintegration.checks.run import user_of
from pytest_sfintegration.matrix.expectations import RequestRow
from pytest_sfintegration.matrix.loader import load
from pytest_sfintegration.matrix.model import RequestRule
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.describe import describe_objects
from pytest_sfintegration.orgs.records import RecordMaker
from pytest_sfintegration.rights import Location

ROOT = "/services/data/v62.0"


class Route(NamedTuple):
    """A request about an object X, its field F and a record of it."""

    method: str
    path: str
    body: Any = None


def _soql(text: str) -> str:
    return f"{ROOT}/query?q={quote(text, safe='{}')}"


READS: Mapping[str, Route] = {
    "query": Route("GET", _soql("SELECT Id FROM {X}")),
    "query all": Route("GET", _soql("SELECT Id FROM {X}").replace("/query?", "/queryAll?")),
    "count": Route("GET", _soql("SELECT COUNT() FROM {X}")),
    "semi-join": Route("GET", _soql("SELECT Id FROM Contact WHERE Id IN (SELECT Contact__c FROM {X})")),
    "parent path": Route("GET", _soql("SELECT Payroll__r.Name FROM Slip__c")),
    "child sub-select": Route("GET", _soql("SELECT Id, (SELECT Id FROM Payrolls__r) FROM Contact")),
    "describe": Route("GET", f"{ROOT}/sobjects/{{X}}/describe"),
    "basic information": Route("GET", f"{ROOT}/sobjects/{{X}}"),
    "record": Route("GET", f"{ROOT}/sobjects/{{X}}/{{id}}"),
    "external id": Route("GET", f"{ROOT}/sobjects/{{X}}/Key__c/k1"),
    "collections": Route("GET", f"{ROOT}/composite/sobjects/{{X}}?ids={{id}}&fields=Id"),
    "object-info": Route("GET", f"{ROOT}/ui-api/object-info/{{X}}"),
    "object-info batch": Route("GET", f"{ROOT}/ui-api/object-info/batch/{{X}}"),
    "batch": Route(
        "POST",
        f"{ROOT}/composite/batch",
        {"batchRequests": [{"method": "GET", "url": "v62.0/sobjects/{X}/{id}"}]},
    ),
    "composite": Route(
        "POST",
        f"{ROOT}/composite",
        {"compositeRequest": [{"method": "GET", "url": f"{ROOT}/sobjects/{{X}}/{{id}}", "referenceId": "a"}]},
    ),
}
WRITES: Mapping[str, Route] = {
    "create": Route("POST", f"{ROOT}/sobjects/{{X}}", {"Name": "n"}),
    "update": Route("PATCH", f"{ROOT}/sobjects/{{X}}/{{id}}", {"Name": "n"}),
    "delete": Route("DELETE", f"{ROOT}/sobjects/{{X}}/{{id}}"),
    "create by collections": Route(
        "POST", f"{ROOT}/composite/sobjects", {"records": [{"attributes": {"type": "{X}"}, "Name": "n"}]}
    ),
    "create by tree": Route(
        "POST",
        f"{ROOT}/composite/tree/{{X}}",
        {"records": [{"attributes": {"type": "{X}", "referenceId": "r"}, "Name": "n"}]},
    ),
    "create by batch": Route(
        "POST",
        f"{ROOT}/composite/batch",
        {"batchRequests": [{"method": "POST", "url": "v62.0/sobjects/{X}", "richInput": {"Name": "n"}}]},
    ),
    "create by graph": Route(
        "POST",
        f"{ROOT}/composite/graph",
        {
            "graphs": [
                {
                    "graphId": "g",
                    "compositeRequest": [
                        {
                            "method": "POST",
                            "url": f"{ROOT}/sobjects/{{X}}",
                            "referenceId": "a",
                            "body": {"Name": "n"},
                        }
                    ],
                }
            ]
        },
    ),
}
FIELD: Mapping[str, Route] = {
    "select": Route("GET", _soql("SELECT SSN__c FROM Contact")),
    "where": Route("GET", _soql("SELECT Id FROM Contact WHERE SSN__c != null")),
    "order by": Route("GET", _soql("SELECT Id FROM Contact ORDER BY SSN__c")),
    "group by": Route("GET", _soql("SELECT SSN__c, COUNT(Id) n FROM Contact GROUP BY SSN__c")),
    "aggregate": Route("GET", _soql("SELECT MAX(SSN__c) m FROM Contact")),
    "from the child": Route("GET", _soql("SELECT Id, (SELECT SSN__c FROM Contacts) FROM Account")),
    "record fields": Route("GET", f"{ROOT}/sobjects/Contact/{{contact}}?fields=SSN__c"),
    "external id": Route("GET", f"{ROOT}/sobjects/Contact/SSN__c/s1"),
    "collections": Route("GET", f"{ROOT}/composite/sobjects/Contact?ids={{contact}}&fields=SSN__c"),
    "create with it": Route("POST", f"{ROOT}/sobjects/Contact", {"LastName": "x", "SSN__c": "s2"}),
    "update of it": Route("PATCH", f"{ROOT}/sobjects/Contact/{{contact}}", {"SSN__c": "s2"}),
}

GROUPED = {"member": (permission("Payroll__c", "CRED"),), "muted": (permission("Payroll__c", "CREDVM"),)}
HIDDEN = {
    "member": (readable("Contact.SSN__c", edit=True),),
    "muted": (readable("Contact.SSN__c", edit=True),),
}
REASONS: Mapping[str, Callable[[Project], Project]] = {
    "not granted": lambda project: project,
    "muted": lambda project: project.having(**GROUPED),
    "no such thing": lambda project: project,
    "read only": lambda project: project.granting(permission("Payroll__c", "R"), readable("Payroll__c.Contact__c")),
    "granted": lambda project: project.granting(permission("Payroll__c", "CRED"), readable("Payroll__c.Contact__c"),
        readable("Payroll__c.Key__c", edit=True)),
    "field muted": lambda project: project.having(**HIDDEN),
    "field granted": lambda project: project.granting(readable("Contact.SSN__c", edit=True)),
}  # fmt: skip
# By a fixed object the parent path and the child sub-select name no ghost: there nothing is unknown.
_OF_PAYROLL_ALONE = {"parent path", "child sub-select"}


def _table() -> list[tuple[str, str, Route, str]]:
    rows = []
    for reason, expected in (("not granted", "ok"), ("muted", "ok"), ("no such thing", "unknown target")):
        for name, route in {**READS, **WRITES}.items():
            if not (reason == "no such thing" and name in _OF_PAYROLL_ALONE):
                rows.append((reason, name, route, expected))
    rows += [("read only", name, route, "extra") for name, route in READS.items() if "external" not in name]
    rows += [("read only", name, route, "ok") for name, route in WRITES.items()]
    rows += [("granted", name, route, "extra") for name, route in {**READS, **WRITES}.items()]
    for reason, expected in (("not granted", "ok"), ("field muted", "ok"), ("field granted", "extra")):
        rows += [(reason, f"field by {name}", route, expected) for name, route in FIELD.items()]
    return rows


TABLE = _table()


def test_the_table_is_large_enough() -> None:
    assert len(TABLE) >= 60
    assert len({(reason, name) for reason, name, *_ in TABLE}) == len(TABLE)


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for key, text in names.items():
            value = value.replace(f"{{{key}}}", text)
        return value
    if isinstance(value, dict):
        return {key: _filled(each, names) for key, each in value.items()}
    return [_filled(each, names) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("reason", REASONS)
def test_refusal_is_told_from_the_rest(reason: str, project: Project) -> None:
    project = REASONS[reason](project)
    user = user_of(load(project.write(), environ={}, root=project.folder))
    target = project.target()
    setup, client = target.setup_client(user), target.user_client(user)
    wrong = {}
    for told, name, route, expected in TABLE:
        if told == reason:
            verdict, note = _verdict(
                setup, client, route, "Ghost__c" if reason == "no such thing" else "Payroll__c"
            )
            if verdict != expected:
                wrong[name] = (verdict, expected, note)
    assert not wrong


def _verdict(setup: OrgClient, client: OrgClient, route: Route, name: str) -> tuple[str, str]:
    (me,) = setup.query(f"SELECT Id FROM User WHERE Username = '{USERNAME}'", purpose="test")
    contact = _make(setup, "Contact", LastName="Doe", SSN__c="s1", OwnerId=me["Id"])
    account = _make(setup, "Account", Name="A")
    record = _make(setup, "Payroll__c", Name="P", Key__c="k1", Contact__c=contact, OwnerId=me["Id"])
    slip = _make(setup, "Slip__c", Name="S", Payroll__c=record)
    names = {"X": name, "id": record, "contact": contact}
    rule = RequestRule(
        method=route.method,
        path=_filled(route.path, names),
        body=_filled(route.body, names),
        at=Location(path="a", line=1),
    )
    row = RequestRow(integration="Acme", at=rule.at, rule=rule, slug="r")
    maker = RecordMaker(setup=setup, describe=lambda some: describe_objects(setup, some))
    requester = Requester(setup=setup, user=client, levels=tuple(Level), maker=maker)
    requester.ask([RequestNeed(key=row.id, method=rule.method, path=rule.path, body=rule.body)])
    maker.remove_all(purpose="clean-up")
    setup.delete([slip, record, contact, account], purpose="clean-up")
    evidence = Evidence(
        username=USERNAME,
        levels=tuple(Level),
        blocked=BlockedEvidence(requests=requester.answers),
    )
    result = judge_request(row, evidence)
    return (str(result.findings[0].verdict), result.findings[0].note) if result.findings else ("ok", "")


def _make(setup: OrgClient, name: str, **values: Any) -> str:
    (reply,) = setup.create([{"attributes": {"type": name}, **values}], purpose="test")
    assert reply.ok, reply
    return str(reply.payload["id"])
