"""Every kind of finding, end to end on the embedded org: what the output names, and that it reruns."""

import re
import shlex

import pytest
from plugin_suite import (
    BASE,
    MATRIX,
    Suite,
    failed,
    field_permission,
    object_permission,
    user_permission,
    validation_rule,
)

from pytest_sfintegration.collect.status import INCONCLUSIVE_STATUS

FIELDS = (field_permission("Account.Phone", edit=True), field_permission("Account.Industry"))
OBJECTS = (object_permission("Account", "CRE"), object_permission("Contact", "R"))


def with_extra(suite: Suite, *parts: str, account: str = "CRE", contact: str = "R") -> Suite:
    """Return the project whose permission set Sync holds more, or other, than the matrix says."""
    objects = (object_permission("Account", account), object_permission("Contact", contact))
    return suite.with_sync(*FIELDS, *objects, *parts)


def without(suite: Suite, part: str) -> Suite:
    """Return the project whose permission set Sync lacks one of its parts."""
    return suite.with_sync(*(one for one in (*FIELDS, *OBJECTS) if one != part))


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(MATRIX.splitlines(), start=1) if text in line)


def test_failure_names_everything_and_its_rerun_line_reruns_that_one_test(suite: Suite) -> None:
    suite = with_extra(suite, account="CRED")
    result = suite.run()
    assert failed(result) == ["Acme[Account-crud]"]
    result.stdout.fnmatch_lines(
        [
            "extra delete Account",
            "  Extra:    delete Account",
            "            granted by permission set Sync",
            "            observed: configured, described and enforced: held",
            f"  declared  acme.matrix.yaml:{line_of('Account:')}:3",
            "  user      acme@example.com on embedded",
            "  evidence  configured, described, enforced",
            "  control   the setup user sees Account and acme@example.com is logged in",
            "  if it is meant, declare it:",
            "      Account: {access: CRED}",
            "  rerun     pytest 'acme.matrix.yaml::Acme[[]Account-crud[]]' --sf-org=embedded",
        ]
    )
    rerun = next(line for line in result.outlines if line.startswith("  rerun"))
    again = suite.run(*shlex.split(rerun)[2:])
    again.assert_outcomes(failed=1)
    assert failed(again) == ["Acme[Account-crud]"]


def test_rerun_line_of_a_cell_and_of_a_marked_function_reruns_it(suite: Suite) -> None:
    suite = with_extra(suite, account="CRED").with_tests(
        "import pytest\n\n@pytest.mark.sf_crud(operations='delete')\ndef test_rights(): ...\n"
    )
    result = suite.run("--sf-granularity=cell", "--sf-evidence=described")
    reruns = [shlex.split(line)[2:] for line in result.outlines if line.startswith("  rerun")]
    assert len(reruns) == 2
    for rerun in reruns:
        assert "--sf-evidence=described" in rerun
        suite.run(*rerun).assert_outcomes(failed=1)


@pytest.mark.parametrize("sub", ["", "suite/deep/"])
def test_rerun_line_holds_from_where_pytest_was_started(
    suite: Suite, sub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sub:
        text = suite.files["acme.matrix.yaml"]
        suite = suite.without("acme.matrix.yaml").with_file(f"{sub}acme.matrix.yaml", text)
    suite = with_extra(suite, account="CRED").with_file("pytest.ini", "[pytest]\n")
    suite.write()
    monkeypatch.chdir(suite.pytester.path / sub)
    result = suite.run()
    rerun = next(line for line in result.outlines if line.startswith("  rerun"))
    suite.run(*shlex.split(rerun)[2:]).assert_outcomes(failed=1)


@pytest.mark.parametrize("source", ["--sf-source=force-app", "ini"])
def test_rerun_line_keeps_the_source(suite: Suite, source: str) -> None:
    suite = with_extra(suite, account="CRED").without("sfdx-project.json")
    args = (source,)
    if source == "ini":
        suite, args = suite.with_file("pytest.ini", "[pytest]\nsf_source = force-app\n"), ()
    result = suite.run(*args)
    rerun = next(line for line in result.outlines if line.startswith("  rerun"))
    suite.run(*shlex.split(rerun)[2:]).assert_outcomes(failed=1)


OBJECT_CASES = {
    "extra delete": (("CRED", "R"), "Account-crud", ["  Extra:    delete Account"]),
    "extra view all": (("CREV", "R"), "Account-crud", ["  Extra:    view all Account"]),
    "extra modify all": (
        ("CREDVM", "R"),
        "Account-crud",
        ["  Extra:    delete Account", "  Extra:    view all, modify all Account"],
    ),
    "missing create": (("RE", "R"), "Account-crud", ["  Missing:  create Account"]),
    "missing edit": (("CR", "R"), "Account-crud", ["  Missing:  edit Account"]),
    "both ways": (
        ("RED", "R"),
        "Account-crud",
        [
            "extra delete Account; missing create Account",
            "  Extra:    delete Account",
            "  Missing:  create Account",
        ],
    ),
}


@pytest.mark.parametrize("what", OBJECT_CASES)
def test_operations_on_an_object_are_compared_both_ways(suite: Suite, what: str) -> None:
    (account, contact), row, lines = OBJECT_CASES[what]
    result = with_extra(suite, account=account, contact=contact).run()
    assert f"Acme[{row}]" in failed(result)
    result.stdout.fnmatch_lines(lines)


FIELD_CASES = {
    "extra read": (
        (field_permission("Account.Fax"),),
        ["  Extra:    read Account.Fax", "            granted by permission set Sync"],
    ),
    "extra edit of an unlisted field": (
        (field_permission("Account.Fax", edit=True),),
        ["  Extra:    read Account.Fax; edit Account.Fax"],
    ),
    "extra edit of a readable field": (
        (field_permission("Account.Industry", edit=True),),
        ["  Extra:    edit Account.Industry", "*observed: configured, described and enforced: held"],
    ),
}


@pytest.mark.parametrize("what", FIELD_CASES)
def test_extra_fields_are_told_with_read_and_edit_apart(suite: Suite, what: str) -> None:
    parts, lines = FIELD_CASES[what]
    kept = [one for one in FIELDS if "Industry" not in one or what != "extra edit of a readable field"]
    result = suite.with_sync(*kept, *OBJECTS, *parts).run()
    assert failed(result) == ["Acme[Account-fields]"]
    for line in lines:
        result.stdout.fnmatch_lines([line])


def test_missing_fields_are_told_with_read_and_edit_apart(suite: Suite) -> None:
    result = suite.with_sync(field_permission("Account.Phone"), *OBJECTS).run()
    assert failed(result) == ["Acme[Account-fields]"]
    result.stdout.fnmatch_lines(
        [
            "missing read Account.Industry; edit Account.Phone",
            f"  declared  acme.matrix.yaml:{line_of('read: [Industry]')}:*",
            f"            acme.matrix.yaml:{line_of('edit: [Phone]')}:*",
        ]
    )


def test_cause_is_named_through_a_group_and_its_muting_set(suite: Suite) -> None:
    suite = (
        suite.with_set("Reads", object_permission("Contact", "RE"))
        .with_set("Writes", object_permission("Account", "CRE"), *FIELDS)
        .with_muting_set("Quiet", object_permission("Account", "E"))
        .with_group("Bundle", "Reads", "Writes", muting="Quiet")
        .replacing("permission_sets: [Sync]", "permission_set_groups: [Bundle]")
    )
    result = suite.run()
    assert failed(result) == ["Acme[Account-crud]", "Acme[Contact-crud]"]
    result.stdout.fnmatch_lines(
        [
            "  Missing:  edit Account",
            "            granted by permission set Writes (through group Bundle), but muted",
            "            in the group Bundle",
            "  Extra:    edit Contact",
            "            granted by permission set Reads (through group Bundle)",
            "  1 x muted in permission set group Bundle",
            "  1 x granted by permission set Reads (through group Bundle)",
        ]
    )


def test_cause_is_named_in_the_profile(suite: Suite) -> None:
    result = suite.with_profile(object_permission("Contact", "RE")).run()
    assert failed(result) == ["Acme[Contact-crud]"]
    result.stdout.fnmatch_lines(["  Extra:    edit Contact", "            granted by profile Integration"])


def test_modify_all_data_is_named_as_the_cause(suite: Suite) -> None:
    result = suite.with_profile(user_permission("ModifyAllData"), user_permission("ViewAllData")).run()
    assert failed(result) == [
        "Acme[Account-crud]",
        "Acme[Contact-crud]",
        "Acme[user-permissions]",
        "Acme[closed-world]",
    ]
    result.stdout.fnmatch_lines(
        [
            "  Extra:    delete Account",
            "            granted by profile Integration by ModifyAllData",
            "  Extra:    ModifyAllData, ViewAllData",
            "            granted by profile Integration",
            "*x granted by profile Integration by ModifyAllData",
        ]
    )


def test_nearest_grant_that_is_not_assigned_is_named(suite: Suite) -> None:
    suite = without(suite, OBJECTS[0]).with_set("Other", object_permission("Account", "CRE"))
    result = suite.run()
    result.stdout.fnmatch_lines(
        [
            "  Missing:  create, read, edit Account",
            "            nearest grant that is not assigned: permission set Other",
            "*x permission set Other is not assigned",
        ]
    )


def test_right_that_nothing_grants_says_so(suite: Suite) -> None:
    result = suite.replacing("[ApiEnabled]", "[ApiEnabled, ApiUserOnly]").run()
    assert failed(result) == ["Acme[user-permissions]"]
    result.stdout.fnmatch_lines(
        [
            "  Missing:  ApiUserOnly",
            "            *",
            f"  declared  acme.matrix.yaml:{line_of('ApiEnabled')}:32",
        ]
    )


def paste(result: pytest.RunResult) -> list[str]:
    lines = result.outlines
    start = lines.index("  if it is meant, declare it:")
    end = next(number for number, line in enumerate(lines) if line.startswith("  rerun"))
    return [line.strip() for line in lines[start + 1 : end]]


def test_closed_world_line_pasted_makes_the_run_green(suite: Suite) -> None:
    suite = with_extra(suite, object_permission("Lead", "CR"), object_permission("Case", "R"))
    result = suite.run()
    assert failed(result) == ["Acme[closed-world]"]
    assert paste(result) == ["Case: R", "Lead: CR"]
    suite = suite.replacing(
        "  Contact: R\n", "  Contact: R\n" + "".join(f"  {one}\n" for one in paste(result))
    )
    suite.run().assert_outcomes(passed=8)


def test_object_line_pasted_makes_the_run_green(suite: Suite) -> None:
    suite = with_extra(suite, contact="RE")
    result = suite.run()
    assert paste(result) == ["Contact: {access: RE}"]
    suite.replacing("Contact: R\n", paste(result)[0] + "\n").run().assert_outcomes(passed=6)


def test_user_permission_line_pasted_makes_the_run_green(suite: Suite) -> None:
    suite = with_extra(suite, user_permission("ApiUserOnly"), user_permission("PasswordNeverExpires"))
    result = suite.run()
    assert failed(result) == ["Acme[user-permissions]"]
    pasted = "\n".join(paste(result)) + "\n"
    suite.replacing("user_permissions: [ApiEnabled]\n", pasted).run().assert_outcomes(passed=6)


IGNORED = "ignore:\n  - {objects: [Lead], reason: granted by the platform%s}\nblocked:"


@pytest.mark.parametrize(
    ("expires", "green"), [("", True), (", expires: 2999-12-31", True), (", expires: 2020-01-01", False)]
)
def test_ignored_object_is_left_out_until_it_expires(suite: Suite, expires: str, green: bool) -> None:
    suite = with_extra(suite, object_permission("Lead", "R")).replacing("blocked:", IGNORED % expires)
    assert failed(suite.run()) == ([] if green else ["Acme[closed-world]"])


@pytest.mark.parametrize(
    ("entry", "part"),
    [
        ("fields: [Account.Fax]", field_permission("Account.Fax", edit=True)),
        ("user_permissions: [ApiUserOnly]", user_permission("ApiUserOnly")),
    ],
)
def test_fields_and_user_permissions_can_be_ignored_too(suite: Suite, entry: str, part: str) -> None:
    suite = with_extra(suite, part)
    assert len(failed(suite.run())) == 1
    text = f"ignore:\n  - {{{entry}, reason: it is being removed}}\nblocked:"
    suite.replacing("blocked:", text).run().assert_outcomes(passed=6)
    expired = text.replace("removed}", "removed, expires: 2020-01-01}")
    assert len(failed(suite.replacing("blocked:", expired).run())) == 1


def test_ignore_without_a_reason_is_an_error(suite: Suite) -> None:
    result = suite.replacing("blocked:", "ignore:\n  - {objects: [Lead]}\nblocked:").run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["acme.matrix.yaml:*reason*"])


VIA = "access: CRE\n    via: [Sync]"


def test_via_is_satisfied_by_the_declared_container(suite: Suite) -> None:
    suite.replacing("access: CRE", VIA).run().assert_outcomes(passed=6)


def test_right_that_does_not_come_via_the_declared_container_is_wrong(suite: Suite) -> None:
    suite = (
        suite.with_set("Other", object_permission("Account", "CRE"), *FIELDS)
        .with_sync(OBJECTS[1])
        .replacing("[Sync]", "[Sync, Other]")
        .replacing("access: CRE", VIA)
    )
    result = suite.run()
    assert failed(result) == ["Acme[Account-crud]", "Acme[Account-fields]"]
    result.stdout.fnmatch_lines(
        [
            "  Missing:  create, read, edit Account",
            "            held, but not via Sync",
            "            granted by permission set Other",
        ]
    )


def test_right_that_also_comes_from_elsewhere_is_extra(suite: Suite) -> None:
    suite = suite.with_profile(object_permission("Account", "R")).replacing("access: CRE", VIA)
    result = suite.run()
    assert failed(result) == ["Acme[Account-crud]"]
    result.stdout.fnmatch_lines(
        [
            "  Extra:    read Account",
            "            also granted outside via: Sync",
            "            granted by profile Integration",
        ]
    )


def test_via_names_a_group_for_what_its_members_grant(suite: Suite) -> None:
    suite = (
        suite.with_group("Bundle", "Sync")
        .replacing("permission_sets: [Sync]", "permission_set_groups: [Bundle]")
        .replacing("access: CRE", "access: CRE\n    via: [Bundle]")
    )
    suite.run().assert_outcomes(passed=6)


def test_validation_rule_is_not_taken_for_a_denial(suite: Suite) -> None:
    rule = validation_rule("Always", "true")
    suite = suite.with_file(f"{BASE}/objects/Account/validationRules/Always.validationRule-meta.xml", rule)
    suite.run().assert_outcomes(passed=6)
    denied = with_extra(suite, account="R")
    result = denied.run()
    assert "Acme[Account-crud]" in failed(result)
    result.stdout.fnmatch_lines(["missing create, edit Account"])
    extra = suite.replacing("access: CRE", "access: R").run()
    extra.stdout.fnmatch_lines(["extra create, edit Account"])


def test_required_lookup_is_filled_not_taken_for_a_denial(suite: Suite) -> None:
    field = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">'
        "<fullName>Parent__c</fullName><label>Parent</label><referenceTo>Account</referenceTo>"
        "<relationshipName>Kids</relationshipName><required>true</required><type>Lookup</type></CustomField>\n"
    )
    suite = suite.with_file(f"{BASE}/objects/Case/fields/Parent__c.field-meta.xml", field)
    suite = with_extra(suite, object_permission("Case", "CR"))
    suite.replacing("Contact: R\n", "Contact: R\n  Case: CR\n").run().assert_outcomes(passed=7)
    result = suite.replacing("Contact: R\n", "Contact: R\n  Case: R\n").run()
    assert failed(result) == ["Acme[Case-crud]"]
    result.stdout.fnmatch_lines(["*observed: configured, described and enforced: held"])


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("configured", "configured"),
        ("described", "configured, described"),
        ("enforced", "configured, described, enforced"),
        ("auto", "configured, described, enforced"),
    ],
)
def test_evidence_goes_as_far_as_asked(suite: Suite, level: str, told: str) -> None:
    suite.run(f"--sf-evidence={level}").assert_outcomes(passed=6)
    result = with_extra(suite, account="CRED").run(f"--sf-evidence={level}")
    assert failed(result) == ["Acme[Account-crud]"]
    result.stdout.fnmatch_lines([f"  evidence  {told}"])


def calls_of(result: pytest.RunResult) -> int:
    match = re.search(r"(\d+) API calls used", result.stdout.str())
    assert match is not None
    return int(match[1])


def test_call_limit_is_red_as_long_as_it_is_too_low(suite: Suite) -> None:
    needed = calls_of(suite.run())
    assert suite.run(f"--sf-max-calls={needed}").ret == pytest.ExitCode.OK
    for limit in range(1, needed - 1):  # the last call removes what was made, and is made in any case
        result = suite.run(f"--sf-max-calls={limit}")
        assert result.ret == INCONCLUSIVE_STATUS, limit
        assert calls_of(result) <= limit + 1  # what was made is removed in any case
        text = result.stdout.str()
        assert f"the limit of {limit} API calls (--sf-max-calls) is reached: raise it, or" in text
        assert "missing" not in text
        assert "extra " not in text


def test_call_limit_is_red_also_for_one_row_alone(suite: Suite) -> None:
    row = "acme.matrix.yaml::Acme[Account-crud]"
    needed = calls_of(suite.run(row))
    for limit in range(1, needed - 1):
        assert suite.run(row, f"--sf-max-calls={limit}").ret == INCONCLUSIVE_STATUS, limit
