"""Markers on test functions, classes and modules."""

import pytest
from plugin_suite import MATRIX, Suite, failed, object_permission

ACCOUNT = "Account"
ALL = [
    "Account-crud",
    "Account-fields",
    "Contact-crud",
    "user-permissions",
    "blocked-Contact.SSN__c",
    "closed-world",
]


def marked(marker: str, *, body: str = "...", arguments: str = "") -> str:
    return f"import pytest\n\n@pytest.mark.{marker}\ndef test_rights({arguments}):\n    {body}\n"


def ids(suite: Suite) -> list[str]:
    prefix = "test_acme.py::test_rights["
    return [one.removeprefix(prefix)[:-1] for one in suite.collect("test_acme.py")]


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("sf_matrix", ALL),
        ("sf_crud", ["Account-crud", "Contact-crud"]),
        ("sf_fields", ["Account-fields"]),
        ("sf_blocked", ["user-permissions", "blocked-Contact.SSN__c", "closed-world"]),
        ('sf_crud("acme.matrix.yaml")', ["Account-crud", "Contact-crud"]),
        ('sf_crud(matrix="acme.matrix.yaml", objects="Contact")', ["Contact-crud"]),
        ('sf_matrix(objects=["Account"])', ["Account-crud", "Account-fields"]),
        (
            'sf_crud(objects=["Account"], operations=["delete", "view all"])',
            ["Account-delete", "Account-view-all"],
        ),
        ('sf_fields(operations="edit")', ["Account.Industry-edit", "Account.Phone-edit"]),
    ],
)
def test_marker_makes_the_tests_of_its_aspect_and_arguments(
    suite: Suite, marker: str, expected: list[str]
) -> None:
    suite = suite.with_tests(marked(marker))
    assert ids(suite) == expected
    result = suite.run("test_acme.py")
    result.assert_outcomes(passed=len(expected))
    plural = "tests" if len(expected) > 1 else "test*"
    result.stdout.fnmatch_lines([f"* judged in {len(expected)} {plural}, * API calls used"])


def test_generated_tests_carry_the_mark_of_their_case(suite: Suite) -> None:
    suite = suite.with_tests(marked("sf_matrix"))
    assert len(suite.collect("test_acme.py", "-m", "sf_fields")) == 1
    assert len(suite.collect("test_acme.py", "-m", "sf_crud")) == 2


def test_two_markers_on_a_function_make_both_and_nothing_twice(suite: Suite) -> None:
    suite = suite.with_tests(
        marked("sf_fields\n@pytest.mark.sf_crud\n@pytest.mark.sf_crud(objects='Account')")
    )
    assert sorted(ids(suite)) == ["Account-crud", "Account-fields", "Contact-crud"]


def test_marker_on_a_class_or_a_module_makes_tests_of_each_function(suite: Suite) -> None:
    suite = suite.with_tests("""
        import pytest

        @pytest.mark.sf_crud
        class TestRights:
            def test_one(self): ...
            def test_two(self, sf_case): ...
    """)
    assert len(suite.collect("test_acme.py")) == 4
    suite = suite.with_tests("import pytest\npytestmark = pytest.mark.sf_fields\ndef test_one(): ...\n")
    assert suite.collect("test_acme.py") == ["test_acme.py::test_one[Account-fields]"]


@pytest.mark.parametrize("place", ["module", "class"])
def test_sf_matrix_above_a_function_only_names_the_matrix(suite: Suite, place: str) -> None:
    mark = 'pytest.mark.sf_matrix("other.matrix.yaml")'
    head = f"pytestmark = {mark}\n" if place == "module" else f"@{mark}\n"
    suite = suite.with_file("other.matrix.yaml", MATRIX.replace("acme@", "other@")).with_tests(
        f"import pytest\n\n{head}class TestIt:\n"
        "    def test_user(self, sf_integration):\n"
        "        users = sf_integration.query(\"SELECT Id FROM User WHERE Username = 'other@example.com'\")\n"
        "        assert users['totalSize'] == 1\n"
    )
    assert suite.collect("test_acme.py") == ["test_acme.py::TestIt::test_user"]
    suite.run("test_acme.py").assert_outcomes(passed=1)


def test_markers_below_take_the_matrix_that_a_module_names(suite: Suite) -> None:
    other = MATRIX.replace("Contact: R", "Contact: R\n  Lead: none")
    suite = suite.with_file("other.matrix.yaml", other).with_tests(
        'import pytest\npytestmark = pytest.mark.sf_matrix("other.matrix.yaml")\n'
        "@pytest.mark.sf_crud\ndef test_rights(): ...\n"
    )
    assert ids(suite) == ["Account-crud", "Contact-crud", "Lead-crud"]


BROKEN = [object_permission("Account", "CRE"), object_permission("Contact", "RE")]


@pytest.mark.parametrize("arguments", ["", "sf_case"])
def test_judgement_comes_before_the_body_and_fails_the_call(suite: Suite, arguments: str) -> None:
    suite = suite.with_sync(*BROKEN).with_tests(
        marked("sf_crud", arguments=arguments, body="print('body runs')")
    )
    result = suite.run("test_acme.py", "-rA")
    result.assert_outcomes(passed=1, failed=1, errors=0)
    assert failed(result) == ["test_rights[Contact-crud]"]
    assert result.stdout.str().count("body runs") == 1
    result.stdout.fnmatch_lines(["extra edit Contact", "  declared  acme.matrix.yaml:12:*"])


def test_body_runs_after_the_judgement_and_can_fail_too(suite: Suite) -> None:
    suite = suite.with_tests(
        marked("sf_crud", arguments="sf_case", body="assert sf_case.result.object == 'Account'")
    )
    result = suite.run("test_acme.py")
    assert failed(result) == ["test_rights[Contact-crud]"]
    result.stdout.fnmatch_lines(["E*AssertionError*"])


def test_marker_goes_with_parametrize_and_other_fixtures(suite: Suite) -> None:
    suite = suite.with_tests("""
        import pytest

        @pytest.mark.parametrize("number", [1, 2])
        @pytest.mark.sf_fields
        def test_rights(number, tmp_path, sf_case, sf_access):
            assert sf_access.can("edit", "Account.Phone")
    """)
    suite.run("test_acme.py").assert_outcomes(passed=2)


def test_marker_on_an_unittest_method_is_not_silently_green(suite: Suite) -> None:
    suite = suite.with_sync(*BROKEN).with_tests("""
        import unittest
        import pytest

        class TestIt(unittest.TestCase):
            @pytest.mark.sf_crud
            def test_rights(self): ...
    """)
    assert suite.run("test_acme.py").ret != pytest.ExitCode.OK


def test_marker_on_an_async_test_is_not_silently_green(suite: Suite) -> None:
    suite = suite.with_sync(*BROKEN).with_tests(
        "import pytest\n\n@pytest.mark.sf_crud\nasync def test_rights(): ...\n"
    )
    assert suite.run("test_acme.py").ret != pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ('sf_crud(objects=["Lead"])', "*Lead is no object of Acme's matrix; it has Account, Contact*"),
        ('sf_crud(operations=["erase"])', "*'erase' is no operation; they are create, read, edit, *"),
        ('sf_crud(object="Account")', "*unexpected keyword argument 'object'; its form is sf_crud(*"),
        ('sf_crud("a", "b", "c", "d")', "*sf_crud takes * but 4 *; its form is sf_crud(*"),
        ('sf_crud("none.matrix.yaml")', "*there is no matrix file *none.matrix.yaml*"),
        ('sf_blocked(objects=["Account"])', "*sf_blocked selects nothing in acme.matrix.yaml: widen *"),
        ('sf_fields(objects=["Contact"])', "*sf_fields selects nothing in acme.matrix.yaml: widen *"),
        ('sf_fields(operations=["delete"])', "*sf_fields selects nothing in acme.matrix.yaml: widen *"),
        ("sf_crud(objects=[])", "*objects takes one name or several, not [[]]; leave it out for all"),
        ("sf_crud(operations=[])", "*operations takes one name or several, not [[]]; leave it out for all"),
        ("sf_crud(objects=42)", "*objects takes one name or several, not 42; leave it out for all"),
    ],
)
def test_wrong_arguments_are_usage_errors_with_the_remedy(suite: Suite, marker: str, message: str) -> None:
    result = suite.with_tests(marked(marker)).run("test_acme.py")
    assert result.ret not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    text = result.stdout.str() + result.stderr.str()
    pytest.LineMatcher(text.splitlines()).fnmatch_lines([message])
    assert "Traceback" not in text
    assert "markers.py" not in text


def test_several_matrices_in_a_folder_ask_which(suite: Suite) -> None:
    suite = suite.with_file("other.matrix.yaml", MATRIX).with_tests(marked("sf_crud"))
    result = suite.run("test_acme.py")
    assert result.ret != pytest.ExitCode.OK
    (result.stdout if result.outlines[-1:] else result.stderr).fnmatch_lines(
        ["*which matrix? Name one of acme.matrix.yaml, other.matrix.yaml*"]
    )


def test_no_matrix_in_a_folder_says_how_to_name_one(suite: Suite) -> None:
    suite = suite.without("acme.matrix.yaml").with_tests(marked("sf_crud"))
    result = suite.run("test_acme.py")
    assert result.ret != pytest.ExitCode.OK
    pytest.LineMatcher(result.outlines + result.errlines).fnmatch_lines(
        ['*no [*].matrix.yaml stands in *name one, as in @pytest.mark.sf_matrix("hubspot.matrix.yaml")*']
    )


def test_error_in_the_matrix_of_a_marker_is_told_without_frames(suite: Suite) -> None:
    suite = suite.replacing("Contact: R", "Contcat: R").with_tests(marked("sf_crud"))
    result = suite.run("test_acme.py")
    assert result.ret != pytest.ExitCode.OK
    text = result.stdout.str() + result.stderr.str()
    assert "acme.matrix.yaml:12:3: unknown object Contcat." in text
    assert "Traceback" not in text
    assert "markers.py" not in text


def test_override_that_loses_the_case_is_not_green(suite: Suite) -> None:
    suite = suite.with_tests(
        "import pytest\n\n@pytest.fixture\ndef sf_case(request):\n    return 'mine'\n\n" + marked("sf_fields")
    )
    result = suite.run("test_acme.py")
    assert failed(result) == ["test_rights[Account-fields]"]
    result.stdout.fnmatch_lines(["sf_case is overridden by 'mine', so the case was not judged: *"])


def test_sf_case_without_a_marker_says_what_to_do(suite: Suite) -> None:
    result = suite.with_tests("def test_rights(sf_case): ...\n").run("test_acme.py")
    assert result.ret != pytest.ExitCode.OK
    text = result.stdout.str() + result.stderr.str()
    assert "put sf_matrix, sf_crud, sf_fields or sf_blocked on the test" in text
    assert "fixtures.py" not in text


def test_every_marker_is_declared(suite: Suite) -> None:
    text = suite.run("--markers").stdout.str()
    for name in ("sf_matrix", "sf_crud", "sf_fields", "sf_blocked"):
        assert f"@pytest.mark.{name}(" in text
    suite.with_tests(marked("sf_crud")).run("--strict-markers").assert_outcomes(passed=8)


def test_suite_without_a_matrix_does_not_know_of_us(suite: Suite) -> None:
    suite = suite.without("acme.matrix.yaml").without("sfdx-project.json").with_tests("def test_it(): ...\n")
    result = suite.run()
    result.assert_outcomes(passed=1)
    assert "Salesforce" not in result.stdout.str()
