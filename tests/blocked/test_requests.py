"""Queries and requests of a matrix, judged on the embedded org."""
# ruff: noqa: E501 - rows of tables

import pytest
from blocked_org import Project, permission

from pytest_sfintegration.access.evidence import Level

CLASS = "<classAccesses><apexClass>Billing</apexClass><enabled>true</enabled></classAccesses>"
GET = "/services/data/v62.0/sobjects/Payroll__c"


def queries(*texts: str) -> str:
    return "blocked:\n  queries:\n" + "".join(f"  - {text}\n" for text in texts)


def requests(*texts: str) -> str:
    return "blocked:\n  requests:\n" + "".join(f"  - {{{text}}}\n" for text in texts)


@pytest.mark.parametrize(
    ("soql", "verdicts", "told"),
    [
        ("SELECT Id FROM Payroll__c", [], ""),
        ("SELECT Id FROM PermissionSet", [], ""),
        ("SELECT SSN__c FROM Contact", [], ""),
        ("SELECT Id FROM Ghost__c", ["unknown target"], "a refusal of what does not exist proves nothing"),
        ("SELECT Ghost__c FROM Contact", ["unknown target"], "the setup user is refused too"),
        ("SELECT FROM Contact", ["inconclusive"], "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Twice__c = 'a'", ["inconclusive"], "refused by INVALID_FIELD, but"),
        ("SELECT Id FROM User", ["extra"], "the query is answered, with"),
        ("SELECT Id FROM Contact", ["inconclusive"], "the setup user gets none either"),
        ("SELECT COUNT() FROM Contact", ["inconclusive"], "the setup user gets none either"),
    ],
)
def test_query_must_be_refused_in_the_right_way(
    project: Project, soql: str, verdicts: list[str], told: str
) -> None:
    ran = project.having(matrix=queries(soql)).run(only="blocked-query")
    (row,) = ran.results
    assert ran.verdicts(row) == verdicts
    assert told in ran.told(row)


def test_query_without_rows_is_allowed_where_the_setup_user_gets_some(project: Project) -> None:
    soql = "SELECT Id FROM PermissionSet WHERE Name = 'Sync'"
    project = project.having(matrix=queries(soql))

    def emptied(path: str, reply: object) -> object:
        from pytest_sfintegration.orgs.client import Reply

        if "PermissionSet" in path:
            return Reply(status=200, payload={"totalSize": 0, "done": True, "records": []})
        return reply

    ran = project.run(only="blocked-query", tamper=emptied)  # type: ignore[arg-type]
    (row,) = ran.results
    assert ran.verdicts(row) == ["extra"]
    assert "without rows, where the setup user gets 1: sharing may hide records" in ran.told(row)


@pytest.mark.parametrize(
    ("text", "verdicts", "told"),
    [
        (f"method: GET, path: {GET}", [], ""),
        (f"method: GET, path: {GET}, refused: [NOT_FOUND]", [], ""),
        (f"method: GET, path: {GET}, refused: [FORBIDDEN]", ["inconclusive"], "none of the refusals declared"),
        (f"method: POST, path: {GET}, body: {{Name: x}}", [], ""),
        ("method: GET, path: /services/apexrest/billing/v1", [], ""),
        ("method: POST, path: /services/apexrest/billing/v1, body: {a: 1}", [], ""),
        ("method: GET, path: /services/apexrest/other", ["unknown target"], "the setup user is refused too"),
        ("method: GET, path: /services/data/v62.0/tooling/sobjects/ApexClass", ["inconclusive"], "control failed"),
        ("method: GET, path: /services/data/v62.0/wave/folders", ["inconclusive"], "control failed"),
        ("method: GET, path: /services/data/v62.0/recent", ["inconclusive"], "not supported by the embedded"),
        ("method: POST, path: /services/data/v62.0/metadata/deployRequest, body: {a: 1}", ["inconclusive"], "NOT_SUP"),
        ("method: GET, path: /services/data/v62.0/sobjects/Contact", ["extra"], "the request is answered"),
        ("method: PATCH, path: /services/data/v62.0/sobjects/Contact", ["inconclusive"], "METHOD_NOT_ALLOWED"),
    ],
)  # fmt: skip
def test_request_must_be_refused_in_the_right_way(
    project: Project, text: str, verdicts: list[str], told: str
) -> None:
    ran = project.having(matrix=requests(text)).run(only="blocked-request")
    (row,) = ran.results
    assert ran.verdicts(row) == verdicts
    assert told in ran.told(row)


def test_control_of_a_write_says_that_only_existence_was_looked_at(project: Project) -> None:
    ran = project.having(matrix=requests(f"method: POST, path: {GET}, body: {{Name: x}}")).run(only="request")
    (result,) = ran.results.values()
    assert result.control == "the resource exists for the setup user, whose own POST was not sent"


def test_granted_apex_class_is_no_refusal(project: Project) -> None:
    text = requests("method: GET, path: /services/apexrest/billing/v1")
    ran = project.granting(CLASS).having(matrix=text).run(only="request")
    (row,) = ran.results
    assert ran.verdicts(row) == ["inconclusive"]
    assert "not supported by the embedded org: running the Apex class Billing" in ran.told(row)


def test_record_that_was_made_against_expectation_is_removed(project: Project) -> None:
    text = requests(f"method: POST, path: {GET}, body: {{Name: x}}")
    ran = project.granting(permission("Payroll__c", "CR")).having(matrix=text).run(only="request")
    (row,) = ran.results
    assert ran.verdicts(row) == ["extra"]
    assert not ran.left


def test_field_of_the_body_that_does_not_exist_proves_nothing(project: Project) -> None:
    project = project.granting(permission("Payroll__c", "CR"))
    for field, verdicts in (("Gone__c", ["unknown target"]), ("Key__c", [])):
        text = requests(f"method: POST, path: {GET}, body: {{Name: x, {field}: k}}")
        ran = project.having(matrix=text).run(only="request")
        (row,) = ran.results
        assert ran.verdicts(row) == verdicts, ran.told(row)


def test_writes_are_sent_for_enforced_evidence_alone(project: Project) -> None:
    text = requests(f"method: POST, path: {GET}, body: {{Name: x}}", f"method: GET, path: {GET}")
    ran = project.having(matrix=text).run(only="request", levels=(Level.CONFIGURED, Level.DESCRIBED))
    told = {row: ran.verdicts(row) for row in ran.results}
    assert sorted(told.values()) == [[], ["inconclusive"]]
    ran = project.having(matrix=text).run(only="request", levels=(Level.CONFIGURED,))
    assert [ran.verdicts(row) for row in ran.results] == [["inconclusive"], ["inconclusive"]]


def test_many_queries_share_calls(project: Project) -> None:
    texts = [f"SELECT Id FROM Payroll__c LIMIT {number}" for number in range(1, 52)]
    ran = project.having(matrix=queries(*texts)).run(only="blocked-query")
    assert all(result.ok for result in ran.results.values())
    assert ran.budget.by_purpose["blocked requests"] == 3
    assert ran.budget.by_purpose["controls"] == 3


def test_ids_are_stable_and_never_alike(project: Project) -> None:
    long = "SELECT Id FROM Contact WHERE " + " OR ".join(f"LastName = '{number}'" for number in range(20))
    texts = [
        "SELECT Id FROM Contact WHERE LastName = 'a'",
        "SELECT Id FROM Contact WHERE LastName != 'a'",
        long,
    ]
    found = []
    for chosen in (texts, texts[::-1]):
        ran = project.having(matrix=queries(*(f'"{one}"' for one in chosen))).run(only="blocked-query")
        found.append(sorted(ran.results))
    assert found[0] == found[1]
    assert len(found[0]) == 3
    assert all(len(one) < 90 for one in found[0])


def test_call_limit_is_never_green(project: Project) -> None:
    text = queries("SELECT Id FROM Payroll__c", "SELECT SSN__c FROM Contact")
    needed = project.having(matrix=text).run(only="blocked").budget.used
    for limit in range(1, needed):
        ran = project.having(matrix=text).run(only="blocked", limit=limit)
        assert all(not result.ok for result in ran.results.values()), limit
