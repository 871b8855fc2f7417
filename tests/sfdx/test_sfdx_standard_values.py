"""Standard value sets: what stages and statuses mean."""

from sfdx_sources import Loader, the_problem, xml

from pytest_sfintegration.sfdx.facts import standard_objects
from pytest_sfintegration.sfdx.model import PicklistValue, Severity, Source

NEW = (
    "<standardValue><fullName>New</fullName><default>true</default><label>Neu</label>"
    "<closed>false</closed></standardValue>"
)
DONE = (
    "<standardValue><fullName>Done</fullName><default>false</default><isActive>false</isActive>"
    "<closed>true</closed></standardValue>"
)
FOLDER = "standardValueSets"


def _values(source: Source) -> tuple[PicklistValue, ...]:
    return source.objects["Case"].fields["Status"].picklist


def test_the_values_of_a_set_replace_the_shipped_ones_of_its_field(load_files: Loader) -> None:
    source = load_files(
        {f"{FOLDER}/CaseStatus.standardValueSet-meta.xml": xml("StandardValueSet", NEW + DONE)}
    )
    assert source.problems == ()
    assert _values(source) == (
        PicklistValue(value="New", label="Neu", default=True, closed=False),
        PicklistValue(value="Done", label="Done", active=False, closed=True),
    )
    stages = source.objects["Opportunity"].fields["StageName"].picklist
    assert [each.value for each in stages if each.won] == ["Closed Won"]
    assert [each.value for each in stages if each.closed] == ["Closed Won", "Closed Lost"]


def test_the_fields_of_the_object_in_the_source_stay_beside_them(load_files: Loader) -> None:
    own = xml("CustomField", "<fullName>Own__c</fullName><label>Own</label><type>Checkbox</type>")
    source = load_files(
        {
            f"{FOLDER}/CaseStatus.standardValueSet-meta.xml": xml("StandardValueSet", NEW),
            "objects/Case/fields/Own__c.field-meta.xml": own,
        }
    )
    assert source.problems == ()
    assert [each.value for each in _values(source)] == ["New"]
    assert source.objects["Case"].fields["Own__c"].type == "boolean"
    assert len(_values(load_files({"roles/A.role-meta.xml": xml("Role", "<name>A</name>")}))) == 1


def test_sets_that_only_list_words_are_not_read(load_files: Loader) -> None:
    source = load_files({f"{FOLDER}/Industry.standardValueSet-meta.xml": "no xml at all"})
    assert source.problems == ()


def test_a_set_that_cannot_be_read_taints_its_object(load_files: Loader) -> None:
    problem = the_problem(load_files({f"{FOLDER}/CaseStatus.standardValueSet-meta.xml": "<nonsense>"}))
    assert problem.about == {"Case"}
    assert problem.severity is Severity.ERROR


def test_a_second_file_of_a_set_is_an_error(load_files: Loader) -> None:
    files = {
        f"a/{FOLDER}/CaseStatus.standardValueSet-meta.xml": xml("StandardValueSet", NEW),
        f"b/{FOLDER}/CaseStatus.standardValueSet-meta.xml": xml("StandardValueSet", DONE),
    }
    problem = the_problem(load_files(files))
    assert "a second time" in problem.message
    assert problem.about == {"Case"}


def test_every_shipped_stage_and_status_has_a_meaning() -> None:
    stages = standard_objects()["Opportunity"].fields["StageName"].picklist
    assert all(
        None not in (each.closed, each.won, each.probability, each.forecast_category) for each in stages
    )
    assert all(each.closed is not None for each in standard_objects()["Case"].fields["Status"].picklist)
