"""Judgement against an oracle that looks at one right and one level at a time."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.access.evidence import Answer, Evidence, FieldAnswers, Level, ObjectEvidence
from pytest_sfintegration.checks.judge import judge
from pytest_sfintegration.checks.verdict import Verdict
from pytest_sfintegration.matrix.expectations import FieldsRow, ObjectRow
from pytest_sfintegration.matrix.model import FieldRule
from pytest_sfintegration.orgs.describe import FieldFacts, ObjectFacts
from pytest_sfintegration.rights import FieldRight, Location, ObjectRight, Operation

AT = Location(path="acme.matrix.yaml", line=7)
TODAY = date(2026, 11, 24)
NAMES = ("Phone", "Fax", "Site", "Industry")


def operation_answers() -> st.SearchStrategy[dict[Level, dict[Operation, bool]]]:
    told = st.dictionaries(st.sampled_from(Operation), st.booleans())
    everything = st.fixed_dictionaries({one: st.booleans() for one in Operation})
    return st.fixed_dictionaries({Level.CONFIGURED: everything, Level.DESCRIBED: told, Level.ENFORCED: told})


def answer(told: dict[str, bool] | dict[Operation, bool]) -> Answer:  # type: ignore[type-arg]
    return Answer(
        yes=frozenset(key for key, value in told.items() if value),
        no=frozenset(key for key, value in told.items() if not value),
    )


def expected_verdict(expected: bool, told: list[bool]) -> Verdict:
    if not told or len(set(told)) == 2:
        return Verdict.INCONCLUSIVE
    if told[0] == expected:
        return Verdict.OK
    return Verdict.MISSING if expected else Verdict.EXTRA


@given(allowed=st.frozensets(st.sampled_from(Operation)), told=operation_answers())
def test_each_operation_gets_the_verdict_of_its_own_answers(
    allowed: frozenset[Operation], told: dict[Level, dict[Operation, bool]]
) -> None:
    row = ObjectRow(integration="Acme", at=AT, object="Account", allowed=allowed, via=(), at_operation={})
    obj = ObjectEvidence(
        object="Account", exists=True, operations={level: answer(one) for level, one in told.items()}
    )
    evidence = Evidence(username="acme@example.com", levels=tuple(Level), objects={"Account": obj})
    found = {one.right: one.verdict for one in judge(row, evidence, today=TODAY).findings}
    for operation in Operation:
        right = ObjectRight(object="Account", operation=operation)
        answers = [one[operation] for one in told.values() if operation in one]
        assert found.get(right, Verdict.OK) == expected_verdict(operation in allowed, answers)


def field(name: str) -> FieldFacts:
    return FieldFacts(
        name=name,
        type="string",
        createable=True,
        updateable=True,
        permissionable=True,
        nillable=True,
        defaulted=False,
        compound=None,
        reference_to=(),
        raw={},
    )


FACTS = ObjectFacts(
    name="Account",
    label="Account",
    operations=frozenset(Operation),
    fields={name: field(name) for name in NAMES},
    raw={},
)


@given(
    declared=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["read", "edit"])),
    others_any=st.booleans(),
    reads=st.lists(st.fixed_dictionaries({name: st.booleans() for name in NAMES}), min_size=1, max_size=3),
    edits=st.lists(st.fixed_dictionaries({name: st.booleans() for name in NAMES}), min_size=3, max_size=3),
)
def test_each_field_gets_the_verdict_of_its_own_answers(
    declared: dict[str, str], others_any: bool, reads: list[dict[str, bool]], edits: list[dict[str, bool]]
) -> None:
    rule = FieldRule(
        at=AT,
        read=dict.fromkeys(declared, AT),
        edit={name: AT for name, word in declared.items() if word == "edit"},
        others_any=others_any,
    )
    row = FieldsRow(integration="Acme", at=AT, object="Account", rule=rule, via=())
    fields = {
        level: FieldAnswers(read=answer(read), edit=answer(edit))
        for level, read, edit in zip(Level, reads, edits, strict=False)
    }
    obj = ObjectEvidence(object="Account", exists=True, facts=FACTS, fields=fields)
    evidence = Evidence(username="acme@example.com", levels=tuple(Level), objects={"Account": obj})
    found = {one.right: one.verdict for one in judge(row, evidence, today=TODAY).findings}
    for name in NAMES:
        for operation, told, expected in (
            (Operation.READ, reads, name in declared),
            (Operation.EDIT, edits[: len(reads)], declared.get(name) == "edit"),
        ):
            right = FieldRight(object="Account", field=name, operation=operation)
            judged = name in declared or not others_any
            verdict = expected_verdict(expected, [one[name] for one in told]) if judged else Verdict.OK
            assert found.get(right, Verdict.OK) == verdict


def test_denials_of_a_user_who_can_do_nothing_are_not_believed() -> None:
    row = ObjectRow(integration="Acme", at=AT, object="Account", allowed=frozenset(), via=(), at_operation={})
    nothing = {Level.CONFIGURED: Answer(no=frozenset(Operation))}
    obj = ObjectEvidence(object="Account", exists=True, operations=nothing)
    dead = Evidence(username="acme@example.com", levels=tuple(Level), objects={"Account": obj}, alive=False)
    assert [one.verdict for one in judge(row, dead, today=TODAY).findings] == [Verdict.INCONCLUSIVE]


def test_object_that_the_setup_user_does_not_see_is_an_unknown_target() -> None:
    row = ObjectRow(integration="Acme", at=AT, object="Acount", allowed=frozenset(), via=(), at_operation={})
    obj = ObjectEvidence(object="Acount", exists=False)
    evidence = Evidence(username="acme@example.com", levels=tuple(Level), objects={"Acount": obj})
    assert [one.verdict for one in judge(row, evidence, today=TODAY).findings] == [Verdict.UNKNOWN_TARGET]
