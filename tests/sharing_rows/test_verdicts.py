"""The verdict on records against an oracle: a table of what each operation comes to, written otherwise."""

from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.access.evidence import Answer, Evidence, Level
from pytest_sfintegration.access.sharing_evidence import RecordEvidence, SeenRecord
from pytest_sfintegration.checks.sharing import judge_records
from pytest_sfintegration.checks.verdict import Verdict
from pytest_sfintegration.matrix.expectations import RecordRow
from pytest_sfintegration.matrix.model import Named, RecordRule
from pytest_sfintegration.rights import Location, Operation, RecordOperation

AT = Location(path="a.matrix.yaml", line=3)
# access -> read, edit, delete, transfer, all; x is not judged, d is held by those who may delete at all
TABLE = {
    "none": "-----",
    "read": "y----",
    "edit": "yy---",
    "delete": "yyd--",
    "transfer": "yyxy-",
    "all": "yydyy",
    "read+transfer+": "y--y-",
    "read+edit+delete+transfer+": "yydy-",
}
WORDS = tuple(TABLE)
Told = Mapping[RecordOperation, bool]

answers = st.dictionaries(st.sampled_from(RecordOperation), st.booleans())
seen = st.lists(
    st.fixed_dictionaries({}, optional={Level.DESCRIBED: answers, Level.ENFORCED: answers}),
    min_size=1,
    max_size=3,
)


def row(access: str, *, deletes: bool, where: bool) -> RecordRow:
    operations = {Operation.READ, Operation.EDIT} | ({Operation.DELETE} if deletes else set())
    rule = RecordRule(
        object="Account",
        name="x",
        at=AT,
        access=access,
        access_at=AT,
        where=Named(name="Name = 'x'", at=AT) if where else None,
    )
    return RecordRow(
        integration="Shop", at=AT, object="Account", rule=rule, object_access=frozenset(operations)
    )


def evidence(records: list[dict[Level, Told]], control: str) -> Evidence:
    observed = tuple(
        SeenRecord(
            id=f"001{number}",
            answers={
                level: Answer(
                    yes=frozenset(one for one, held in told.items() if held),
                    no=frozenset(one for one, held in told.items() if not held),
                )
                for level, told in levels.items()
            },
        )
        for number, levels in enumerate(records)
    )
    found = RecordEvidence(records=observed, control=control)
    return Evidence(username="u@x.example", levels=tuple(Level), records={"Account-record-x": found})


def oracle(
    access: str, records: list[dict[Level, Told]], *, deletes: bool, control: str
) -> set[tuple[Verdict, RecordOperation | None]]:
    expected: set[tuple[Verdict, RecordOperation | None]] = set()
    for levels in records:
        described = levels.get(Level.DESCRIBED, {})
        enforced = levels.get(Level.ENFORCED, {})
        out_of_sight = (
            described.get(RecordOperation.READ) is True and enforced.get(RecordOperation.READ) is False
        )
        for mark, operation in zip(TABLE[access], RecordOperation, strict=True):
            want = {"y": True, "-": False, "d": deletes, "x": None}[mark]
            if want is None:
                continue
            if out_of_sight:
                told = {enforced.get(operation, False)}
            else:
                told = {one[operation] for one in (described, enforced) if operation in one}
            if told == {want}:
                continue
            if len(told) != 1:
                expected.add((Verdict.INCONCLUSIVE, operation))
            else:
                expected.add((Verdict.MISSING if want else Verdict.EXTRA, operation))
    if not expected and access == "none" and not control:
        expected.add((Verdict.INCONCLUSIVE, None))
    return expected


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    access=st.sampled_from(WORDS),
    records=seen,
    deletes=st.booleans(),
    where=st.booleans(),
    control=st.sampled_from(["", "u sees other records"]),
)
def test_verdicts_are_those_of_the_table(
    access: str, records: list[dict[Level, Told]], deletes: bool, where: bool, control: str
) -> None:
    result = judge_records(row(access, deletes=deletes, where=where), evidence(records, control))
    found = {(one.verdict, None if one.record is None else one.record.operation) for one in result.findings}
    assert found == oracle(access, records, deletes=deletes, control=control)
    assert result.ok == (not found)
    assert all(one.at == AT for one in result.findings)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(access=st.sampled_from(WORDS), held=st.sets(st.sampled_from(RecordOperation)), deletes=st.booleans())
def test_a_pasted_access_makes_the_test_pass(access: str, held: set[RecordOperation], deletes: bool) -> None:
    told = {operation: operation in held for operation in RecordOperation}
    known = evidence([{Level.DESCRIBED: told}], "u sees other records")
    result = judge_records(row(access, deletes=deletes, where=False), known)
    for one in result.findings:
        if one.paste:
            again = one.paste.removeprefix("access: ")
            if again.startswith("["):
                again = again.strip("[]").replace(", ", "+") + "+"
            assert judge_records(row(again, deletes=deletes, where=False), known).ok


def test_records_that_nobody_looked_at_are_not_green() -> None:
    result = judge_records(
        row("none", deletes=True, where=False), Evidence(username="u", levels=tuple(Level))
    )
    assert [one.verdict for one in result.findings] == [Verdict.INCONCLUSIVE]


def test_a_disagreement_names_both_levels() -> None:
    levels: dict[Level, Told] = {
        Level.DESCRIBED: dict.fromkeys(RecordOperation, False),
        Level.ENFORCED: {RecordOperation.READ: True},
    }
    result = judge_records(row("none", deletes=True, where=False), evidence([levels], "c"))
    assert [one.note for one in result.findings] == [
        "the evidence disagrees: enforced: held; described: not held"
    ]
