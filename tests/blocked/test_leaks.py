"""A leak by any related route is an extra that names the route; the org is leaky through its transport."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest
from blocked_org import Project, Ran, permission, readable

from pytest_sfintegration.access.routes import RouteKind
from pytest_sfintegration.orgs.client import Reply

OBJECT = "blocked:\n  objects: [Payroll__c]\n"
FIELD = "blocked:\n  fields: [Contact.SSN__c]\n"
ANSWERED = {"totalSize": 0, "done": True, "records": []}

OBJECT_LEAKS: Mapping[RouteKind, tuple[str, Any]] = {
    RouteKind.QUERY: ("SELECT Id FROM Payroll__c LIMIT 1", ANSWERED),
    RouteKind.PARENT: ("SELECT Payroll__r.Name FROM Slip__c", ANSWERED),
    RouteKind.CHILDREN: ("(SELECT Id FROM Payrolls__r) FROM Contact", ANSWERED),
    RouteKind.DESCRIBE: ("/sobjects/Payroll__c/describe", {"name": "Payroll__c", "fields": []}),
    RouteKind.RECORD: ("/sobjects/Payroll__c/a", {"Id": "a"}),
    RouteKind.COLLECTION: ("/composite/sobjects/Payroll__c?", [{"Id": "a"}]),
    RouteKind.EXTERNAL_ID: ("/sobjects/Payroll__c/Key__c/", {"Id": "a"}),
    RouteKind.OBJECT_INFO: ("/ui-api/object-info/Payroll__c", {"fields": {}}),
}
FIELD_LEAKS: Mapping[RouteKind, tuple[str, Any]] = {
    RouteKind.QUERY: ("SELECT SSN__c FROM Contact LIMIT 1", ANSWERED),
    RouteKind.WHERE: ("WHERE SSN__c != null", ANSWERED),
    RouteKind.ORDER_BY: ("ORDER BY SSN__c", ANSWERED),
    RouteKind.PARENT: ("SELECT ReportsTo.SSN__c FROM Contact", ANSWERED),
    RouteKind.CHILDREN: ("(SELECT SSN__c FROM Contacts) FROM Account", ANSWERED),
    RouteKind.DESCRIBE: ("/sobjects/Contact/describe", {"fields": [{"name": "SSN__c"}]}),
    RouteKind.RECORD: ("/sobjects/Contact/003", {"SSN__c": "1"}),
    RouteKind.COLLECTION: ("/composite/sobjects/Contact?", [{"SSN__c": "1"}]),
    RouteKind.EXTERNAL_ID: ("/sobjects/Contact/SSN__c/", {"Id": "a"}),
    RouteKind.OBJECT_INFO: ("/ui-api/object-info/Contact", {"fields": {"SSN__c": {}}}),
}


def _leaky(project: Project, part: str, payload: Any) -> Ran:
    def tamper(path: str, reply: Reply) -> Reply:
        plain = unquote(path)
        seen = part in plain or (part.endswith("/a") and part[:-1] in plain and "?" not in plain)
        told = plain.endswith("describe") and not part.endswith("describe")
        if (
            seen
            and not told
            and not plain.endswith("/sobjects")
            and "Key__c" in plain
            and "Key__c" not in part
        ):
            return reply
        return Reply(status=200, payload=payload) if seen and not told else reply

    return project.run(tamper=tamper, only="blocked-")


@pytest.mark.parametrize("kind", OBJECT_LEAKS)
def test_object_that_leaks_is_extra_by_the_route(project: Project, kind: RouteKind) -> None:
    ran = _leaky(project.having(matrix=OBJECT), *OBJECT_LEAKS[kind])
    assert "extra" in ran.verdicts("blocked-Payroll__c")
    assert f"shown by {kind}" in ran.told("blocked-Payroll__c")


@pytest.mark.parametrize("kind", [kind for kind in FIELD_LEAKS if kind is not RouteKind.DESCRIBE])
def test_field_that_leaks_is_extra_by_the_route(project: Project, kind: RouteKind) -> None:
    ran = _leaky(project.having(matrix=FIELD), *FIELD_LEAKS[kind])
    assert "extra" in ran.verdicts("blocked-Contact.SSN__c")
    assert f"shown by {kind}" in ran.told("blocked-Contact.SSN__c")


def test_what_does_not_leak_is_green_and_says_which_routes_were_tried(project: Project) -> None:
    ran = project.having(matrix=OBJECT + FIELD.removeprefix("blocked:\n")).run(only="blocked-")
    assert all(result.ok for result in ran.results.values())
    for row, leaks in (("blocked-Payroll__c", OBJECT_LEAKS), ("blocked-Contact.SSN__c", FIELD_LEAKS)):
        for kind in leaks:
            assert str(kind) in ran.results[row].control, (row, kind)
    assert not ran.left


def test_right_that_is_granted_is_one_finding_with_its_grant_and_its_routes(project: Project) -> None:
    project = project.granting(permission("Payroll__c", "R")).having(matrix=OBJECT)
    (found,) = project.run(only="blocked-").results["blocked-Payroll__c"].findings
    assert [one.name for one in found.grants] == ["Sync"]
    assert "shown by SOQL (SELECT Id FROM Payroll__c LIMIT 1)" in found.note


def test_route_that_the_embedded_org_does_not_model_is_told(project: Project) -> None:
    project = project.having(matrix="blocked:\n  fields: [Contact.Twice__c]\n")
    ran = project.run(only="blocked-")
    (result,) = ran.results.values()
    assert result.ok
    assert any("WHERE (SELECT Id FROM Contact WHERE Twice__c" in note for note in ran.notes)
    assert any("not supported by the embedded org" in note for note in result.notes)
    strict = project.run(only="blocked-", strict=True)
    (row,) = strict.results
    assert set(strict.verdicts(row)) == {"inconclusive"}


def test_routes_cost_few_calls(project: Project) -> None:
    ran = project.having(matrix=OBJECT).run(only="blocked-")
    assert ran.budget.by_purpose["related routes"] <= 12
    assert readable("A.B")
