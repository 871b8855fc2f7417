"""Metadata that no one here wrote: one matrix each, and every single grant of two of them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import simple_salesforce  # noqa: F401 - see tests/plugin/conftest.py
from corpus_oracle import Grant, access, closed, fields, grants_of, matrix_text

from pytest_sfintegration.access.evidence import Level
from pytest_sfintegration.checks.run import MatrixRun
from pytest_sfintegration.matrix import loader
from pytest_sfintegration.matrix.expectations import expand
from pytest_sfintegration.matrix.model import Matrix
from pytest_sfintegration.orgs.client import Budget
from pytest_sfintegration.orgs.embedded import EmbeddedTarget
from pytest_sfintegration.sfdx import project
from pytest_sfintegration.sfdx.model import FieldPermission, ObjectPermission, PermissionContainer, Source

MATRICES = Path(__file__).parent / "matrices"
CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the corpora (../shared/corpora) are not at hand"
)


@pytest.mark.parametrize("corpus", ["apex-recipes", "desnz-prs", "ebikes-lwc", "nebula-logger", "pmm"])
def test_matrix_of_one_permission_set_holds(corpus: str, pytester: pytest.Pytester) -> None:
    matrix = MATRICES / f"{corpus}.matrix.yaml"
    (pytester.path / matrix.name).write_text(matrix.read_text(encoding="utf-8"), encoding="utf-8")
    result = pytester.runpytest_inprocess(
        "-p", "no:cacheprovider", f"--sf-source={CORPORA / corpus}", "--sf-org=embedded"
    )
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"passed"}, result.stdout.str()
    assert outcomes["passed"] > 10


# Every permission set of the corpus is assigned: a right that two of them grant survives the loss of one.
ASSIGNED = {
    "ebikes-lwc": ("ebikes",),
    "apex-recipes": (
        "Apex_Recipes",
        "Provides_Access_to_Actual_Cost_Field_on_Campaign",
        "Provides_Create_Access_to_Contact_and_Contact_Email_Field",
        "Provides_Edit_Access_to_Accounts_Except_ShippingStreet",
        "Provides_Read_Access_to_Contact_and_Contact_Name_field",
        "Provides_Read_Only_Access_to_Account_and_All_Fields",
        "Proving_With_User_Mode_Works",
        "ReadAccessToTradeStyle",
        "Read_access_to_Account_Shipping_Address",
    ),
}


@cache
def corpus_source(corpus: str) -> Source:
    return project.load(CORPORA / corpus)


@cache
def corpus_grants(corpus: str) -> Mapping[str, frozenset[Grant]]:
    return {
        name: grants_of(next((CORPORA / corpus).rglob(f"{name}.permissionset*"))) for name in ASSIGNED[corpus]
    }


@cache
def corpus_matrix(corpus: str, folder: Path) -> Matrix:
    every = frozenset().union(*corpus_grants(corpus).values())
    path = folder / f"{corpus}.matrix.yaml"
    path.write_text(matrix_text(every, sets=ASSIGNED[corpus], integration=corpus), encoding="utf-8")
    return loader.load(path)


def red_rows(corpus: str, folder: Path, changed: Mapping[str, frozenset[Grant]]) -> set[str]:
    """Return the ids of the rows that fail when the corpus' permission sets grant what ``changed`` says."""
    source = corpus_source(corpus)
    sets = {
        name: rebuilt(container, changed[name]) if name in changed else container
        for name, container in source.permission_sets.items()
    }
    target = EmbeddedTarget(source=replace(source, permission_sets=sets), budget=Budget())
    matrix = corpus_matrix(corpus, folder)
    rows = expand(matrix)
    run = MatrixRun(matrix=matrix, rows=rows, target=target, levels=(Level.CONFIGURED, Level.DESCRIBED))
    return {row.id for row in rows if not run.result(row).ok}


def rebuilt(container: PermissionContainer, grants: frozenset[Grant]) -> PermissionContainer:
    """Return the container with other grants: those of the XML oracle, put into the model."""
    letters = access(grants)
    names = {
        "C": "create",
        "R": "read",
        "E": "edit",
        "D": "delete",
        "V": "view_all",
        "M": "modify_all",
    }
    objects = {
        name: ObjectPermission(**{names[letter]: True for letter in held}) for name, held in letters.items()
    }
    found: dict[str, dict[str, FieldPermission]] = {}
    for kind, target, _ in grants:
        if kind == "field":
            obj, _, field = target.partition(".")
            found.setdefault(obj, {})[field] = FieldPermission(
                read=("field", target, "read") in grants, edit=("field", target, "edit") in grants
            )
    users = frozenset(target for kind, target, _ in grants if kind == "user")
    return replace(container, objects=objects, fields=found, user_permissions=users)


def expected_red(corpus: str, changed: Mapping[str, frozenset[Grant]]) -> set[str]:
    """Return the rows whose rights differ between the corpus and the change, computed from grants alone."""
    before = frozenset().union(*corpus_grants(corpus).values())
    after = frozenset().union(*changed.values())
    old, new = access(before), access(after)
    red = set()
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            red.add(f"{name}-crud" if name in old else "closed-world")
    old_fields, new_fields = fields(before, old), fields(after, new)
    for name in old_fields:
        if old_fields[name] != new_fields.get(name, {"read": set(), "edit": set()}):
            red.add(f"{name}-fields")
    if {grant for grant in before ^ after if grant[0] == "user"}:
        red.add("user-permissions")
    return red


def removals(corpus: str) -> Iterator[tuple[str, Grant]]:
    for name, grants in corpus_grants(corpus).items():
        yield from ((name, grant) for grant in sorted(grants))


def additions(corpus: str) -> Iterator[tuple[str, Grant]]:
    """Yield every grant that the first permission set could have and has not."""
    name = ASSIGNED[corpus][0]
    held = frozenset().union(*corpus_grants(corpus).values())
    touched = access(held)
    source = corpus_source(corpus)
    for obj in sorted({*touched, *(one for one in source.objects if one.endswith("__c")), "Lead"}):
        for letter in "CREDVM":
            if ("object", obj, letter) not in held:
                yield name, ("object", obj, letter)
    for obj in sorted(touched):
        for field in source.objects[obj].fields.values():
            secured = field.permissionable and field.compound is None
            for right in ("read", "edit"):
                if right == "edit" and not (field.createable or field.updateable):
                    continue
                if secured and ("field", f"{obj}.{field.name}", right) not in held:
                    yield name, ("field", f"{obj}.{field.name}", right)
    for user in ("ViewSetup", "RunReports", "ManageUsers", "PasswordNeverExpires"):
        yield name, ("user", user, "")


def with_needs(grant: Grant) -> set[Grant]:
    """Return a grant with all that the platform makes it depend on."""
    kind, target, right = grant
    if kind == "object":
        return {grant, *(("object", target, one) for one in {"M": "REDV", "D": "RE"}.get(right, "R"))}
    if kind == "field" and right == "edit":
        return {grant, ("field", target, "read")}
    return {grant}


@pytest.mark.parametrize("corpus", list(ASSIGNED))
def test_unchanged_corpus_is_green(corpus: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert red_rows(corpus, tmp_path_factory.getbasetemp(), dict(corpus_grants(corpus))) == set()


@pytest.mark.parametrize("corpus", list(ASSIGNED))
def test_removing_any_single_grant_turns_exactly_the_right_tests_red(
    corpus: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    turned_red = 0
    for name, grant in removals(corpus):
        grants = dict(corpus_grants(corpus))
        grants[name] = closed(grants[name] - {grant})
        expected = expected_red(corpus, grants)
        assert red_rows(corpus, folder, grants) == expected, (name, grant)
        turned_red += bool(expected)
    assert turned_red > 30


@pytest.mark.parametrize("corpus", list(ASSIGNED))
def test_adding_any_single_grant_turns_exactly_the_right_tests_red(
    corpus: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    added = 0
    for name, grant in additions(corpus):
        grants = dict(corpus_grants(corpus))
        grants[name] |= with_needs(grant)
        expected = expected_red(corpus, grants)
        assert expected, grant
        assert red_rows(corpus, folder, grants) == expected, (name, grant)
        added += 1
    assert added > 30
