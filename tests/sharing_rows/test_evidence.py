"""What makes a verdict on a record trustworthy: controls, levels, limits, and nothing left behind."""

from collections.abc import Sequence
from urllib.parse import quote

import pytest
from sharing_suite import SharingSuite, Watch, failed, prose

from pytest_sfintegration.access import sharing_search
from pytest_sfintegration.access.sharing_probes import RecordProber
from pytest_sfintegration.collect.status import INCONCLUSIVE_STATUS
from pytest_sfintegration.embedded.builtin import API_ONLY_PROFILE
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.orgs import embedded
from pytest_sfintegration.orgs.client import Call, OrgClient, Reply
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.orgs.errors import ApiError, OrgError
from pytest_sfintegration.orgs.records import Made, Recipe, RecordMaker
from pytest_sfintegration.orgs.target import IntegrationUser
from pytest_sfintegration.sfdx.model import Source

SET = """\
Account:
  - {name: own, owner: integration, access: all}
  - {name: theirs, access: none}
  - {name: media, with: {Industry: Media}, access: edit}
"""


def test_nothing_is_left_behind(suite: SharingSuite, watch: Watch) -> None:
    watch.seed("Account", Name="There before")
    suite.with_criteria_rule("M", "Media", level="Edit").having(records=SET).run().assert_outcomes(passed=3)
    assert watch.records == {"Account": 1}
    assert watch.ever_made > 3


def test_nothing_is_left_behind_by_failing_tests(suite: SharingSuite, watch: Watch) -> None:
    watch.seed("Account", Name="There before")
    suite.having(records=SET).run().assert_outcomes(passed=2, failed=1)
    assert watch.records == {"Account": 1}


@pytest.mark.parametrize("step", ["describe", "query", "edit", "delete"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_behind_when_looking_breaks_off(
    suite: SharingSuite,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: type[BaseException],
) -> None:
    def broken(*_: object) -> None:
        assert watch.records["Account"] >= 3
        raise error("broken")

    monkeypatch.setattr(RecordProber, step, broken)
    result = suite.having(records=SET).run("-k", "record and own")
    if error is RuntimeError:
        result.assert_outcomes(failed=1)
    assert watch.records == {}


def test_a_record_that_cannot_be_removed_is_told(
    suite: SharingSuite, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OrgError("the line is down")

    monkeypatch.setattr(OrgClient, "delete", refuse)
    monkeypatch.setattr(RecordProber, "delete", lambda *_: None)
    result = suite.having(records="Account:\n  - {name: theirs, access: none}\n").run()
    assert watch.records == {"Account": 2}
    assert "note: a record of ours could not be removed" in prose(result)


def test_calls_that_run_out_leave_nothing_behind_and_nothing_green(suite: SharingSuite, watch: Watch) -> None:
    suite = suite.having(records=SET).with_criteria_rule("M", "Media", level="Edit")
    greens = 0
    for limit in range(4, 22, 2):
        result = suite.run("-k", "record", f"--sf-max-calls={limit}")
        outcome = result.parseoutcomes()
        assert outcome.get("passed", 0) in {0, 3}, limit
        greens += outcome.get("passed", 0) == 3
        if not outcome.get("passed"):
            assert "--sf-max-calls" in prose(result)
        assert watch.records == {}, limit
    assert 0 < greens < 9


def test_the_calls_do_not_grow_with_the_records(suite: SharingSuite) -> None:
    def calls(number: int) -> int:
        entries = "".join(
            f"  - {{name: n{index}, owner: integration, access: all}}\n" for index in range(number)
        )
        result = suite.having(records="Account:\n" + entries).run()
        result.assert_outcomes(passed=number)
        return int(result.stdout.str().partition(" API calls used")[0].rpartition(" ")[2])

    assert calls(150) == calls(2)


def test_a_hidden_record_proves_nothing_of_a_user_who_sees_none(suite: SharingSuite) -> None:
    suite = suite.having(
        rights={}, objects="Account: R", records="Account:\n  - {name: theirs, access: none}\n"
    )
    result = suite.having(fields=()).run()
    result.assert_outcomes(failed=1)
    assert "inconclusive the control failed" in prose(result)


def test_a_hidden_record_of_an_object_that_is_denied_as_a_whole_is_believed(suite: SharingSuite) -> None:
    suite = suite.with_object("Secret__c", "Private").having(
        records="Secret__c:\n  - {name: any, access: none}\n"
    )
    suite.run().assert_outcomes(passed=1)


def test_a_control_is_made_where_no_record_is_to_be_seen(suite: SharingSuite, watch: Watch) -> None:
    suite.having(records="Account:\n  - {name: theirs, access: none}\n").run().assert_outcomes(passed=1)
    assert watch.ever_made == 2
    assert watch.records == {}


def test_a_control_that_is_hidden_itself_proves_nothing(suite: SharingSuite) -> None:
    suite = suite.having(default="Read").with_restriction("Only_Media", "Industry = 'Media'")
    suite = suite.having(records="Account:\n  - {name: e, with: {Industry: Energy}, access: none}\n")
    result = suite.run()
    result.assert_outcomes(failed=1)
    assert "inconclusive the control failed" in prose(result)


def test_a_sibling_that_is_missing_leaves_hidden_records_unproven(suite: SharingSuite, watch: Watch) -> None:
    records = """
Account:
  - {name: theirs, access: none}
  - {name: media, with: {Industry: Media}, access: edit}
"""
    suite = suite.having(records=records)
    result = suite.run()
    assert failed(result) == ["theirs", "media"]
    assert "inconclusive the control failed" in prose(result)
    watch.seed("Account", Name="Old", owner="acme@example.com")
    assert failed(suite.run()) == ["media"]


def test_records_that_exist_are_judged_one_and_all(suite: SharingSuite, watch: Watch) -> None:
    for number in range(5):
        watch.seed("Account", Name=f"Energy {number}", Industry="Energy")
    watch.seed("Account", Name="Open", Industry="Energy", owner="acme@example.com")
    records = "Account:\n  - {name: energy, where: \"Industry = 'Energy'\", access: none}\n"
    result = suite.having(records=records).run()
    result.assert_outcomes(failed=1)
    text = prose(result)
    assert "1 of 6 found: 001" in text
    assert "6 records found: Account where Industry = 'Energy'" in text
    assert watch.records == {"Account": 6}


def test_records_that_exist_are_never_written_to_or_deleted(
    suite: SharingSuite, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.seed("Account", Name="Old", owner="acme@example.com")
    touched: list[object] = []
    monkeypatch.setattr(RecordProber, "delete", lambda _, ids: touched.extend(ids))
    monkeypatch.setattr(RecordProber, "edit", lambda _, ids, __: touched.extend(ids))
    suite = suite.having(records="Account:\n  - {name: old, where: \"Name = 'Old'\", access: all}\n")
    suite.run().assert_outcomes(passed=1)
    assert touched == []
    assert watch.records == {"Account": 1}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("Industry = 'Nowhere'", "unknown target the setup user finds no Account where Industry = 'Nowhere'"),
        ("Nonsense__c = 1", "unknown target the setup user cannot look for Account where"),
        ("Industry = ", "inconclusive the setup user cannot look for Account where"),
        ("Name != null LIMIT 1", "inconclusive the setup user cannot look for Account where"),
        ("Name != null ORDER BY Name", "inconclusive the setup user cannot look for Account where"),
    ],
)
def test_a_condition_that_finds_nothing_is_never_green(suite: SharingSuite, where: str, words: str) -> None:
    result = suite.having(records=f'Account:\n  - {{name: x, where: "{where}", access: none}}\n').run()
    result.assert_outcomes(failed=1)
    assert words in prose(result)


def test_more_records_than_are_looked_at_are_never_green(
    suite: SharingSuite, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing_search, "MOST", 2)
    for number in range(3):
        watch.seed("Account", Name=f"A {number}", owner="acme@example.com")
    result = suite.having(records='Account:\n  - {name: x, where: "Name != null", access: all}\n').run()
    result.assert_outcomes(failed=1)
    assert "more than 2 records match: narrow the condition" in prose(result)


def test_two_hundred_and_one_records_are_asked_about_in_two_queries(
    suite: SharingSuite, watch: Watch
) -> None:
    for number in range(201):
        watch.seed("Account", Name=f"A {number}", owner="acme@example.com")
    records = 'Account:\n  - {name: x, where: "Name != null", access: all}\n'
    suite.having(records=records).run().assert_outcomes(passed=1)


def test_nobody_of_the_role_is_inconclusive_and_says_what_to_do(
    suite: SharingSuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_sfintegration.checks.sharing_needs.owner_roles", lambda _: ())
    result = suite.having(records="Account:\n  - {name: x, owner: {role: Sales}, access: none}\n").run()
    result.assert_outcomes(failed=1)
    assert "no active user of the org, other than the integration user, has the role Sales" in prose(result)


def test_a_user_that_the_org_does_not_have_is_inconclusive(suite: SharingSuite) -> None:
    result = suite.having(
        records="Account:\n  - {name: x, owner: {user: who@where.example}, access: none}\n"
    ).run()
    result.assert_outcomes(failed=1)
    assert "inconclusive the org has no active user who@where.example" in prose(result)


def test_a_record_that_the_org_refuses_is_inconclusive_and_leaves_the_others(suite: SharingSuite) -> None:
    records = """
Account:
  - {name: bad, with: {Industry: Energy, NumberOfEmployees: many}, access: none}
  - {name: own, owner: integration, access: all}
"""
    result = suite.having(records=records).run()
    assert failed(result) == ["bad"]
    assert "inconclusive the setup user could not make the Account: " in prose(result)


def test_sharing_that_the_embedded_org_cannot_tell_leaves_the_other_objects(suite: SharingSuite) -> None:
    records = """
Account:
  - {name: doubtful, with: {Industry: Energy}, access: none}
Lead:
  - {name: own, owner: integration, access: all}
"""
    suite = suite.with_criteria_rule("T", "Energy", to="<group>Not_In_Source</group>")
    suite = suite.with_object("Lead", "Private").having(
        rights={"Account": "CRE", "Lead": "CRE"}, records=records
    )
    result = suite.run()
    assert failed(result) == ["doubtful"]
    assert "Not_In_Source" in prose(result)


@pytest.mark.parametrize(("level", "passed"), [("configured", 0), ("described", 3), ("enforced", 3)])
def test_every_level_but_the_permission_tables_can_tell(
    suite: SharingSuite, watch: Watch, level: str, passed: int
) -> None:
    suite = suite.having(records=SET).with_criteria_rule("M", "Media", level="Edit")
    result = suite.run("-k", "record", f"--sf-evidence={level}")
    result.assert_outcomes(passed=passed, failed=3 - passed)
    if not passed:
        assert "permission tables tell nothing of records" in prose(result)
    assert watch.records == {}


def test_described_evidence_alone_cannot_see_a_restriction_rule(suite: SharingSuite) -> None:
    suite = suite.having(default="Read").with_restriction("Only_Media", "Industry = 'Media'")
    suite = suite.having(records="Account:\n  - {name: e, with: {Industry: Energy}, access: read}\n")
    result = suite.run("-k", "record", "--sf-evidence=described")
    result.assert_outcomes(failed=1)
    assert "inconclusive restriction rule Only_Media on Account may hide the record" in prose(result)
    result = suite.run()
    result.assert_outcomes(failed=1)
    assert "missing read Account" in prose(result)


def test_the_delete_of_a_record_is_tried(suite: SharingSuite, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    delete = RecordProber.delete

    def watched(self: RecordProber, ids: Sequence[str]) -> None:
        tried.extend(ids)
        delete(self, ids)

    monkeypatch.setattr(RecordProber, "delete", watched)
    suite = suite.having(rights={"Account": "CRED"}, records=SET).with_criteria_rule(
        "M", "Media", level="Edit"
    )
    suite.run().assert_outcomes(passed=3)
    assert len(tried) == 2  # what cannot be seen is not written to


def test_the_marker_makes_a_test_for_each_record(suite: SharingSuite) -> None:
    text = """
import pytest

@pytest.mark.sf_sharing(objects=["Account"])
def test_records(sf_case):
    assert sf_case.case.row.rule.name == "theirs"
"""
    suite = suite.having(records="Account:\n  - {name: theirs, access: none}\n").with_file("test_it.py", text)
    suite.run("test_it.py").assert_outcomes(passed=1)
    suite.run("-m", "sf_sharing").assert_outcomes(passed=2)
    result = suite.run("--collect-only", "-m", "sf_sharing", "acme.matrix.yaml")
    result.stdout.fnmatch_lines(["acme.matrix.yaml::Acme?Account-record-theirs?"])


def test_a_hand_written_test_shares_the_org_of_the_records(suite: SharingSuite, watch: Watch) -> None:
    text = """
def test_it(sf_integration):
    assert sf_integration.query("SELECT Id FROM Account")["totalSize"] == 0
"""
    records = "Account:\n  - {name: theirs, owner: {role: Boss}, access: none}\n"
    suite.having(records=records).with_file("test_it.py", text).run("-k", "record or it").assert_outcomes(
        passed=2
    )
    assert len(watch.orgs) == 1


def test_writes_as_the_user_are_evidence_of_their_own(
    suite: SharingSuite, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecordProber, "describe", lambda *_: None)
    records = """
Account:
  - {name: own, owner: integration, access: all}
  - {name: media, with: {Industry: Media}, access: read}
"""
    suite = suite.having(rights={"Account": "CRED"}, records=records).with_criteria_rule("M", "Media")
    result = suite.run()
    result.stdout.fnmatch_lines(['inconclusive transfer, all Account "own"'])
    result.stdout.fnmatch_lines(['inconclusive transfer, all Account "media"'])
    assert watch.records == {}


def test_the_reasons_are_told_of_a_record_that_the_user_could_delete(suite: SharingSuite) -> None:
    suite = suite.having(
        rights={"Account": "CRED"}, records="Account:\n  - {name: own, owner: integration, access: edit}\n"
    )
    result = suite.run()
    result.stdout.fnmatch_lines(['extra delete, transfer, all Account "own"'])
    assert "through ownership: the integration user owns the record" in prose(result)


class _Production:
    """A keeper of an org in which nothing may be made."""

    def begin(self, *_: object, **__: object) -> list[object]:
        raise OrgError("production is read-only")

    def removed(self, _: object) -> None:
        """Note nothing."""


def test_where_nothing_may_be_made_the_records_that_exist_are_judged(
    suite: SharingSuite, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = EmbeddedTarget._client

    def with_keeper(*args: object) -> OrgClient:
        made = client(*args)  # type: ignore[arg-type]
        made.keeper = _Production()  # type: ignore[assignment]
        return made

    monkeypatch.setattr(EmbeddedTarget, "_client", with_keeper)
    watch.seed("Account", Name="Old", Industry="Energy")
    watch.seed("Account", Name="Mine", owner="acme@example.com")
    records = """
Account:
  - {name: old, where: "Industry = 'Energy'", access: none}
  - {name: made, owner: integration, access: all}
"""
    result = suite.having(records=records).run("-k", "record", "--sf-evidence=described")
    assert failed(result) == ["made"]
    assert "inconclusive production is read-only" in prose(result)
    assert watch.records == {"Account": 2}
    assert watch.ever_made == 2


def test_another_user_of_the_role_owns_the_record_when_the_first_cannot(
    suite: SharingSuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, make = embedded._build, RecordMaker.make
    refused: list[str] = []

    def with_one_more(source: Source, user: IntegrationUser) -> EmbeddedOrg:
        org = build(source, user)
        spec = UserSpec(username="a.first@example.com", profile=API_ONLY_PROFILE, role="Support")
        org.world.people._add(spec, org.world.storage.ids)
        refused.append(next(one.id for one in org.world.people.all() if one.spec == spec))
        return org

    def choosy(self: RecordMaker, recipes: Sequence[Recipe], *, purpose: str) -> list[Made]:
        if any(one.owner_id in refused for one in recipes):
            refused.append("asked")
            error = ApiError(
                status=400, code="TRANSFER_REQUIRES_READ", message="The new owner must have read"
            )
            return [Made(recipe=one, error=error) for one in recipes]
        return make(self, recipes, purpose=purpose)

    monkeypatch.setattr(embedded, "_build", with_one_more)
    monkeypatch.setattr(RecordMaker, "make", choosy)
    records = "Account:\n  - {name: x, owner: {role: Support}, access: none}\n"
    suite.having(records=records).run().assert_outcomes(passed=1)
    assert refused[1:] == ["asked"]


@pytest.mark.parametrize(
    ("table", "records"),
    [
        ("FROM Account WHERE Id IN", "{name: media, with: {Industry: Media}, access: edit}"),
        ("FROM Account WHERE (", "{name: old, where: \"Industry = 'Media'\", access: edit}"),
    ],
)
def test_an_answer_that_ends_early_is_not_believed(
    suite: SharingSuite,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    records: str,
) -> None:
    """Records that it lacks are neither hidden from the user, nor out of the condition."""
    for number in range(2):
        watch.seed("Account", Name=f"Media {number}", Industry="Media")
    suite = suite.with_criteria_rule("M", "Media", level="Edit")
    suite = suite.having(records=f"Account:\n  - {records}\n")
    suite.run().assert_outcomes(passed=1)
    plain = OrgClient._one_batch

    def early(self: OrgClient, calls: Sequence[Call], purpose: str, must: bool) -> list[Reply]:
        replies = plain(self, calls, purpose, must)
        for index, (call, reply) in enumerate(zip(calls, replies, strict=True)):
            if quote(table, safe="") in call.path and reply.ok and reply.payload["records"]:
                page = {**reply.payload, "records": reply.payload["records"][:-1]}
                replies[index] = Reply(status=200, payload=page)
        return replies

    monkeypatch.setattr(OrgClient, "_one_batch", early)
    strict = "Id IN" in table
    if strict:  # what UserRecordAccess told stands
        result = suite.run()
        result.assert_outcomes(passed=1)
        assert "note: Account-record-media: read was not told: query as acme" in prose(result)
    result = suite.run("--sf-strict") if strict else suite.run()
    assert result.ret == INCONCLUSIVE_STATUS
    assert "although the org said done" in prose(result)
