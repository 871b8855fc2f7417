"""Matrix files as collectors: ids, marks, selection, and what is never green."""

import re
import socket

import pytest
from plugin_suite import MATRIX, Suite, failed, object_permission

from pytest_sfintegration.embedded.org import EmbeddedOrg

FILE = "acme.matrix.yaml::"
ROWS = [
    "Acme[Account-crud]",
    "Acme[Account-fields]",
    "Acme[Contact-crud]",
    "Acme[user-permissions]",
    "Acme[blocked-Contact.SSN__c]",
    "Acme[closed-world]",
]
CELLS = [
    *(f"Acme[Account-{one}]" for one in ("create", "read", "edit", "delete", "view-all", "modify-all")),
    "Acme[Account.Industry-read]",
    "Acme[Account.Industry-edit]",
    "Acme[Account.Phone-read]",
    "Acme[Account.Phone-edit]",
    "Acme[Account-other-fields]",
    *(f"Acme[Contact-{one}]" for one in ("create", "read", "edit", "delete", "view-all", "modify-all")),
    "Acme[user-permission-ApiEnabled]",
    "Acme[other-user-permissions]",
    "Acme[blocked-Contact.SSN__c]",
    "Acme[closed-world]",
]


def test_matrix_that_holds_is_green(suite: Suite) -> None:
    result = suite.run()
    result.assert_outcomes(passed=len(ROWS))
    assert result.ret == pytest.ExitCode.OK


def test_ids_are_made_of_the_matrix_alone(suite: Suite) -> None:
    assert suite.collect() == [FILE + one for one in ROWS]
    assert suite.collect("--sf-granularity=cell") == [FILE + one for one in CELLS]


def test_ids_do_not_move_when_something_is_added_before(suite: Suite) -> None:
    more = suite.replacing("objects:\n", "objects:\n  Lead: none\n")
    assert [one for one in more.collect() if "Lead" not in one] == [FILE + one for one in ROWS]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("-m", "sf_crud"), ["Account-crud", "Contact-crud"]),
        (("-m", "sf_fields"), ["Account-fields"]),
        (("-m", "sf_blocked"), ["user-permissions", "blocked-Contact.SSN__c", "closed-world"]),
        (("-m", "sf_matrix and not sf_blocked"), ["Account-crud", "Account-fields", "Contact-crud"]),
        (("-k", "Contact"), ["Contact-crud", "blocked-Contact.SSN__c"]),
        (("-k", "Acme and fields"), ["Account-fields"]),
        ((f"{FILE}Acme[closed-world]",), ["closed-world"]),
        (
            (f"{FILE}Acme[Account-delete]", "--sf-granularity=cell"),
            ["Account-delete"],
        ),
    ],
)
def test_marks_keywords_and_node_ids_select(suite: Suite, args: tuple[str, ...], expected: list[str]) -> None:
    assert suite.collect(*args) == [f"{FILE}Acme[{one}]" for one in expected]
    suite.run(*args).assert_outcomes(passed=len(expected), deselected=_deselected(args, len(expected)))


def _deselected(args: tuple[str, ...], selected: int) -> int:
    return 0 if args[0].startswith(FILE) else len(ROWS) - selected


def test_collect_only_builds_no_org_and_opens_no_connection(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("an org was asked")

    monkeypatch.setattr(EmbeddedOrg, "__init__", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    suite = suite.with_tests("""
        import pytest

        @pytest.mark.sf_crud
        def test_rights(sf_case, sf_integration, sf_records): ...
    """)
    result = suite.run("--collect-only", "--sf-org=sandbox")
    assert result.ret == pytest.ExitCode.OK
    assert len(suite.collect()) == len(ROWS) + 2

    suite.run().assert_outcomes(failed=len(ROWS), errors=2)  # the same refusal speaks as soon as tests run


def test_errors_of_a_matrix_are_told_at_once_with_their_places_and_no_frames(suite: Suite) -> None:
    suite = suite.with_matrix(
        MATRIX.replace("Contact: R", "Contact: Q").replace("Phone", "Fone").replace("blocked:", "bloked:")
    )
    result = suite.run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    text = result.stdout.str()
    told = re.findall(r"^acme\.matrix\.yaml:\d+:\d+: .+$", text, re.MULTILINE)
    assert [one.split(":")[1] for one in told] == ["12", "13"]
    assert "Traceback" not in text
    assert ".py:" not in text
    assert "def " not in text


TYPOS = {
    "object": ("Contact: R", "Contcat: R", 12, "Did you mean 'Contact'?"),
    "object expected denied": ("Contact: R", "Contact: R\n  Leed: none", 13, "Did you mean 'Lead'?"),
    "field": ("[Industry]", "[Industri]", 11, "Did you mean 'Account.Industry'?"),
    "field of an object without access": (
        "Contact: R",
        "Contact: R\n  Lead: {access: R, fields: {read: [Companny]}}",
        13,
        "Did you mean 'Lead.Company'?",
    ),
    "blocked field": ("[Contact.SSN__c]", "[Contact.SNS__c]", 14, "Did you mean 'Contact.SSN__c'?"),
    "object of a blocked field": ("[Contact.SSN__c]", "[Contcat.SSN__c]", 14, "Did you mean 'Contact'?"),
    "blocked object": ("blocked:", "blocked:\n  objects: [Opportunitty]", 14, "Did you mean 'Opportunity'?"),
    "blocked user permission": (
        "blocked:",
        "blocked:\n  user_permissions: [ModifyAllDatta]",
        14,
        "Did you mean 'ModifyAllData'?",
    ),
    "user permission": ("[ApiEnabled]", "[ApiEnabled, ApiUserOnli]", 15, "Did you mean 'ApiUserOnly'?"),
    "profile": ("profile: Integration", "profile: Integratoin", 4, "Did you mean 'Integration'?"),
    "role": ("profile:", "role: EMEA_Sails\n  profile:", 4, "No role is known"),
    "permission set": ("[Sync]", "[Synk]", 5, "Did you mean 'Sync'?"),
    "permission set group": (
        "permission_sets:",
        "permission_set_groups: [Sinc]\n  permission_sets:",
        5,
        "No permission set group is known",
    ),
    "via": ("access: CRE", "access: CRE\n    via: [Synk]", 9, "the user block does not assign Synk"),
    "ignored object": (
        "blocked:",
        "ignore:\n  - {objects: [Leed], reason: granted by the platform}\nblocked:",
        14,
        "Did you mean 'Lead'?",
    ),
}


@pytest.mark.parametrize("what", TYPOS)
def test_typo_is_an_error_and_never_green(suite: Suite, what: str) -> None:
    old, new, line, remedy = TYPOS[what]
    result = suite.replacing(old, new).run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    text = result.stdout.str()
    assert f"acme.matrix.yaml:{line}:" in text
    assert remedy in text


@pytest.mark.parametrize(
    "args", [("-k", "Opportunity"), ("-m", "sf_fields and sf_crud"), ("-k", "Account and delete")]
)
def test_selection_of_nothing_is_not_green(suite: Suite, args: tuple[str, ...]) -> None:
    assert suite.run(*args).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_node_id_of_a_row_that_is_gone_is_not_green(suite: Suite) -> None:
    result = suite.run(f"{FILE}Acme[Lead-crud]")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing but a comment\n",
        "integration: Acme\n",
        "integration: Acme\nuser: {username: a@example.com, profile: Integration}\n",
        "integration: Acme\nuser: {username: a@example.com, profile: Integration}\nobjects: {}\n",
        (
            "integration: Acme\nuser: {username: a@example.com, profile: Integration}\nblocked: {}\n"
            "user_permissions: []\nignore: []\n"
        ),
    ],
)
def test_matrix_without_expectations_is_an_error(suite: Suite, text: str) -> None:
    result = suite.with_file("acme.matrix.yaml", text).run()
    assert result.ret != pytest.ExitCode.OK
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["acme.matrix.yaml:*:*: *"])


def test_base_matrix_is_judged_for_the_integration_that_extends_it(suite: Suite) -> None:
    base = "objects:\n  Contact: R\nblocked: {fields: [Contact.SSN__c]}\nuser_permissions: [ApiEnabled]\n"
    own = (
        "extends: shared/base.yaml\nintegration: Acme\n"
        "user: {username: acme@example.com, profile: Integration, permission_sets: [Sync]}\n"
        "objects:\n  Account: {access: CRE, fields: {edit: [Phone], read: [Industry]}}\n"
    )
    suite = suite.with_file("shared/base.yaml", base).with_matrix(own)
    suite.run().assert_outcomes(passed=len(ROWS))

    result = suite.with_file("shared/base.yaml", base.replace("Contact: R", "Contact: RE")).run()
    assert failed(result) == ["Acme[Contact-crud]"]
    result.stdout.fnmatch_lines(["  Missing:  edit Contact", "  declared  shared/base.yaml:2:*"])


def test_error_of_a_base_matrix_names_the_base(suite: Suite) -> None:
    suite = suite.with_file("base.yaml", "objects:\n  Contcat: R\n").with_matrix(
        "extends: base.yaml\n" + MATRIX
    )
    result = suite.run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["base.yaml:2:*: unknown object Contcat.*"])


def test_two_integrations_in_one_folder_are_judged_each_as_its_own_user(suite: Suite) -> None:
    other = MATRIX.replace("Acme", "Bolt").replace("acme@", "bolt@").replace("[Sync]", "[Bolt]")
    suite = suite.with_set("Bolt", object_permission("Account", "R")).with_file("bolt.matrix.yaml", other)
    result = suite.run()
    assert failed(result) == ["Bolt[Account-crud]", "Bolt[Account-fields]", "Bolt[Contact-crud]"]
    result.stdout.fnmatch_lines(
        ["Acme as acme@example.com on embedded", "Bolt as bolt@example.com on embedded"]
    )
