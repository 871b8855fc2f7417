"""What a source leaves open about records and fields is never green: what hangs on it is inconclusive."""

import pytest
from sharing_suite import BASE, HEAD, SharingSuite, failed, metadata, prose

from pytest_sfintegration.collect.status import INCONCLUSIVE_STATUS

ACCOUNT = f"{BASE}/objects/Account/Account.object-meta.xml"
RULES = f"{BASE}/sharingRules/Account.sharingRules-meta.xml"
ROWS = """
Account:
  - {name: theirs, with: {Industry: Energy}, access: none}
  - {name: own, owner: integration, access: all}
"""
RESTRICTION = (
    "<active>true</active><enforcementType>Restrict</enforcementType><masterLabel>R</masterLabel>"
    "<recordFilter>Industry = 'Media'</recordFilter>{}<userCriteria>$User.IsActive = true</userCriteria>"
    "<version>1</version>"
)


def owner_rule(inner: str, *, name: str = "X", level: str = "Read") -> str:
    return (
        f"<sharingOwnerRules><fullName>{name}</fullName><accessLevel>{level}</accessLevel>{inner}"
        "</sharingOwnerRules>"
    )


def rules(*every: str) -> str:
    return metadata("SharingRules", "".join(every))


TO = "<sharedTo><role>Support</role></sharedTo>"
TO_SALES = "<sharedTo><role>Sales</role></sharedTo>"
FROM = "<sharedFrom><allInternalUsers></allInternalUsers></sharedFrom>"
# what is wrong, the files with it, the file that the reason names
FLAWS: dict[str, tuple[dict[str, str], str]] = {
    "sharing model": ({ACCOUNT: metadata("CustomObject", "<sharingModel>Weird</sharingModel>")}, ACCOUNT),
    "external sharing model": (
        {
            ACCOUNT: metadata(
                "CustomObject",
                "<externalSharingModel>Weird</externalSharingModel><sharingModel>Private</sharingModel>",
            )
        },
        ACCOUNT,
    ),
    "two sharing models": (
        {
            f"{BASE}/more/objects/Account/Account.object-meta.xml": metadata(
                "CustomObject", "<sharingModel>Read</sharingModel>"
            )
        },
        "Account.object-meta.xml",
    ),
    "object file": ({ACCOUNT: f"{HEAD}<CustomObject>"}, ACCOUNT),
    "unknown recipient": ({RULES: rules(owner_rule(f"<sharedTo><bogus>G</bogus></sharedTo>{FROM}"))}, RULES),
    "two recipients": (
        {RULES: rules(owner_rule(f"<sharedTo><role>Sales</role><role>Boss</role></sharedTo>{FROM}"))},
        RULES,
    ),
    "no recipient": ({RULES: rules(owner_rule(FROM))}, RULES),
    "unknown owners": (
        {RULES: rules(owner_rule(f"{TO_SALES}<sharedFrom><b>G</b></sharedFrom>"))},
        RULES,
    ),
    "unknown element of a rule": ({RULES: rules(owner_rule(f"{TO}{FROM}<tide>high</tide>"))}, RULES),
    "unknown access level": ({RULES: rules(owner_rule(f"{TO}{FROM}", level="Total"))}, RULES),
    "boolean of a rule": (
        {RULES: rules(owner_rule(f"{TO}{FROM}<includeRecordsOwnedByAll>yes</includeRecordsOwnedByAll>"))},
        RULES,
    ),
    "rule without a name": ({RULES: rules(owner_rule(f"{TO}{FROM}", name=""))}, RULES),
    "unknown kind of rule": ({RULES: rules("<sharingMoonRules/>")}, RULES),
    "rules file": ({RULES: f"{HEAD}<SharingRules>"}, RULES),
    "rule declared twice": (
        {
            RULES: rules(owner_rule(f"{TO}{FROM}")),
            f"{BASE}/more/sharingRules/Account.sharingRules-meta.xml": rules(owner_rule(f"{TO_SALES}{FROM}")),
        },
        "Account.sharingRules-meta.xml",
    ),
    "role file": ({f"{BASE}/roles/Far.role-meta.xml": f"{HEAD}<Role>"}, "Far.role-meta.xml"),
    "role declared twice": (
        {f"{BASE}/more/roles/Boss.role-meta.xml": metadata("Role", "<name>Chief</name>")},
        "Boss.role-meta.xml",
    ),
    "group": (
        {
            f"{BASE}/groups/G.group-meta.xml": metadata(
                "Group", "<doesIncludeBosses>perhaps</doesIncludeBosses><name>G</name>"
            )
        },
        "G.group-meta.xml",
    ),
    "restriction rule file": (
        {f"{BASE}/restrictionRules/R.rule-meta.xml": f"{HEAD}<RestrictionRule>"},
        "R.rule-meta.xml",
    ),
    "restriction rule without an object": (
        {f"{BASE}/restrictionRules/R.rule-meta.xml": metadata("RestrictionRule", RESTRICTION.format(""))},
        "R.rule-meta.xml",
    ),
    "restriction rule element twice": (
        {
            f"{BASE}/restrictionRules/R.rule-meta.xml": metadata(
                "RestrictionRule",
                RESTRICTION.format("<active>false</active><targetEntity>account</targetEntity>"),
            )
        },
        "R.rule-meta.xml",
    ),
    "package directory": (
        {"sfdx-project.json": '{"packageDirectories": [{"path": "force-app"}, {"path": "../beside"}]}'},
        "sfdx-project.json",
    ),
}  # fmt: skip


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_that_could_change_who_reaches_a_record_leaves_it_inconclusive(
    suite: SharingSuite, flaw: str
) -> None:
    files, named = FLAWS[flaw]
    result = suite.having(records=ROWS, more=files).run("--deselect", "acme.matrix.yaml::Acme[closed-world]")
    assert failed(result)[:1] == ["theirs"]
    assert result.ret == INCONCLUSIVE_STATUS
    text = prose(result)
    assert text.count("FAILED") == len(failed(result))  # the rights on the object stay judged
    assert "Inconclusive: read, edit, delete, transfer, all Account" in text
    reason = text.partition("no level of evidence could tell;")[2].partition(" record Account made")[0]
    assert f"{named.rpartition('/')[2]}" in reason, reason


@pytest.mark.parametrize("flaw", ["unknown recipient", "sharing model"])
def test_the_reason_names_the_line(suite: SharingSuite, flaw: str) -> None:
    files, named = FLAWS[flaw]
    text = prose(suite.having(records=ROWS, more=files).run())
    assert f"{named}:2" in text.partition("Salesforce rights: causes")[0]


def test_a_rule_with_an_unreadable_recipient_leaves_open_what_it_covers_alone(suite: SharingSuite) -> None:
    suite = suite.with_criteria_rule("M", "Media", to="<bogus>G</bogus>").having(records=ROWS)
    result = suite.run()
    result.assert_outcomes(passed=2)
    suite.with_criteria_rule("E", "Energy", to="<bogus>G</bogus>").run().assert_outcomes(failed=2)


def test_a_record_of_a_queue_with_an_unreadable_member_is_inconclusive(suite: SharingSuite) -> None:
    body = (
        "<name>Desk</name><queueMembers><moons><moon>M</moon></moons></queueMembers>"
        "<queueSobject><sobjectType>Lead</sobjectType></queueSobject>"
    )
    records = """
Lead:
  - {name: queued, owner: {queue: Desk}, access: none}
"""
    suite = suite.with_object("Lead", "Private").with_file(
        f"{BASE}/queues/Desk.queue-meta.xml", metadata("Queue", body)
    )
    result = suite.having(rights={"Account": "CRE", "Lead": "CRE"}, records=records).run()
    assert failed(result) == ["queued"]
    assert "Queue Desk: <moons> within <queueMembers> is not modelled" in prose(result)


def test_a_rule_of_unreadable_owners_may_cover_the_record_of_a_queue(suite: SharingSuite) -> None:
    rule = rules(owner_rule(f"{TO_SALES}<sharedFrom><bogus>G</bogus></sharedFrom>"))
    suite = suite.with_object("Lead", "Private").with_queue("Desk", "Lead")
    suite = suite.with_file(f"{BASE}/sharingRules/Lead.sharingRules-meta.xml", rule)
    records = "Lead:\n  - {name: queued, owner: {queue: Desk}, access: none}\n"
    result = suite.having(rights={"Account": "CRE", "Lead": "CRE"}, records=records).run()
    assert failed(result) == ["queued"]
    assert "<bogus> in sharing rule X is not modelled" in prose(result)


def test_files_that_say_the_same_twice_leave_nothing_open(suite: SharingSuite) -> None:
    rule = rules(owner_rule(f"{TO}{FROM}"))
    files = {
        RULES: rule,
        f"{BASE}/more/sharingRules/Account.sharingRules-meta.xml": rule,
        f"{BASE}/more/roles/Boss.role-meta.xml": metadata("Role", "<name>Boss</name>"),
    }
    suite.having(records=ROWS, more=files).run().assert_outcomes(passed=2)


def test_view_all_makes_every_flaw_of_sharing_indifferent(suite: SharingSuite) -> None:
    files, _ = FLAWS["sharing model"]
    records = "Account:\n  - {name: theirs, access: read}\n"
    suite = suite.having(rights={"Account": "RV"}, fields=(), records=records, more=files)
    suite.run().assert_outcomes(passed=1)


FIELD = f"{BASE}/objects/Account/fields/Odd__c.field-meta.xml"
FIELD_FLAWS = {
    "field file": ({FIELD: f"{HEAD}<CustomField>"}, "Odd__c.field-meta.xml"),
    "field type": (
        {FIELD: metadata("CustomField", "<fullName>Odd__c</fullName><label>O</label><type>Odd</type>")},
        "Odd__c.field-meta.xml:2",
    ),
    "object file": ({ACCOUNT: f"{HEAD}<CustomObject>"}, "Account.object-meta.xml"),
    "field restriction rule": (
        {
            f"{BASE}/fieldRestrictionRules/F.rule-meta.xml": metadata(
                "FieldRestrictionRule", "<targetEntity>account</targetEntity>"
            )
        },
        "F.rule-meta.xml:2",
    ),
}


@pytest.mark.parametrize("flaw", FIELD_FLAWS)
def test_a_flaw_that_leaves_fields_open_leaves_rows_about_them_inconclusive(
    suite: SharingSuite, flaw: str
) -> None:
    files, named = FIELD_FLAWS[flaw]
    suite = suite.having(objects="Account: {access: CRE, fields: {edit: [Phone]}}", more=files)
    suite = suite.with_file(
        "acme.matrix.yaml", suite.matrix + "blocked:\n  fields: [Account.Website, Contact.Phone]\n"
    )
    result = suite.run("acme.matrix.yaml")
    assert result.ret == INCONCLUSIVE_STATUS
    names = [line.partition("Acme[")[2].partition("]")[0] for line in result.outlines if line[:6] == "FAILED"]
    assert names == ["Account-fields", "blocked-Account.Website"]
    assert "the source leaves open which fields Account has" in prose(result)
    assert named in prose(result).partition("Salesforce rights: causes")[0]


VALIDATION = {
    f"{BASE}/objects/Account/validationRules/V.validationRule-meta.xml": f"{HEAD}<ValidationRule>",
}


def test_a_strict_run_is_not_green_while_the_source_has_a_problem(suite: SharingSuite) -> None:
    assert suite.run("acme.matrix.yaml", "--sf-strict").ret == pytest.ExitCode.OK
    suite = suite.having(more=VALIDATION)
    assert suite.run("acme.matrix.yaml").ret == pytest.ExitCode.OK
    result = suite.run("acme.matrix.yaml", "--sf-strict")
    assert result.ret == INCONCLUSIVE_STATUS
    assert "strict: a run is not green while its source has problems" in result.outlines


def test_workers_tell_the_problems_that_they_met(suite: SharingSuite) -> None:
    suite = suite.having(more=VALIDATION)
    result = suite.run("acme.matrix.yaml", "--sf-strict", "-n", "1")
    assert result.ret == INCONCLUSIVE_STATUS
    assert prose(result).count("problem in the source: ") == 1


def test_problems_and_notes_wrap_and_leave_paths_whole(suite: SharingSuite) -> None:
    files, named = FLAWS["sharing model"]
    result = suite.having(records=ROWS, more=files).run("acme.matrix.yaml")
    path = str(suite.pytester.path / named)
    lines = result.outlines[result.outlines.index("problem in the source:") :]
    assert f"      {path}:2: <sharingModel> is 'Weird', which is" in lines or f"      {path}:2:" in lines
    assert "UserRecordAccess and read was not told: " in prose(result)
    wide = [line for line in lines if len(line) > 80]
    assert all(path in line and " " not in line.strip() for line in wide), wide
    assert any(line.startswith("note: ") for line in lines)


def test_several_restriction_rules_leave_a_record_inconclusive_that_sharing_shows(
    suite: SharingSuite,
) -> None:
    suite = suite.having(default="Read", records="Account:\n  - {name: e, access: read}\n")
    suite = suite.with_restriction("One", "Industry = 'Media'").with_restriction("Two", "Industry = 'Energy'")
    result = suite.run()
    assert failed(result) == ["e"]
    assert result.ret == INCONCLUSIVE_STATUS
    text = prose(result)
    assert "restriction rule One or Two on Account may hide the record" in text
    assert "Several restriction rules apply to acme@example.com on Account: One" in text


def test_a_restriction_rule_never_hides_what_is_denied_already_or_seen_with_view_all(
    suite: SharingSuite,
) -> None:
    suite = suite.with_restriction("One", "Industry = 'Media'")
    denied = suite.having(records="Account:\n  - {name: e, access: none}\n")
    denied.run("-k", "record", "--sf-evidence=described").assert_outcomes(passed=1)
    records = "Account:\n  - {name: e, access: read}\n"
    seen = suite.having(rights={"Account": "RV"}, fields=(), records=records)
    seen.run("-k", "record", "--sf-evidence=described").assert_outcomes(passed=1)


def test_a_probe_that_a_restriction_rule_hides_proves_nothing_of_the_object(suite: SharingSuite) -> None:
    suite = suite.having(rights={"Account": "CRED"}).with_restriction("Only_Media", "Industry = 'None'")
    result = suite.run("acme.matrix.yaml")
    result.assert_outcomes(passed=3)
    for operation in ("edit", "delete"):
        assert (
            f"note: {operation} Account: not observed at level enforced because the record made for it is "
            "hidden from acme@example.com, by restriction rule Only_Media, most likely"
        ) in prose(result)
    strict = suite.run("acme.matrix.yaml", "--sf-strict")
    assert strict.ret == INCONCLUSIVE_STATUS
