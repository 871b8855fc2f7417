"""The ladder of fixtures, on the embedded org."""

import pytest
from plugin_suite import (
    BASE,
    MATRIX,
    Suite,
    custom_field,
    field_permission,
    object_permission,
    validation_rule,
)

ENGAGEMENT = "Engagement__c"


@pytest.fixture
def acme(suite: Suite) -> Suite:
    """Return the project with a custom object whose records need a parent."""
    return (
        suite.with_file(
            f"{BASE}/objects/{ENGAGEMENT}/{ENGAGEMENT}.object-meta.xml",
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">'
            "<deploymentStatus>Deployed</deploymentStatus><label>Engagement</label>"
            "<nameField><label>Name</label><type>Text</type></nameField>"
            "<pluralLabel>Engagements</pluralLabel><sharingModel>ControlledByParent</sharingModel>"
            "</CustomObject>\n",
        )
        .with_file(
            f"{BASE}/objects/{ENGAGEMENT}/fields/Contact__c.field-meta.xml",
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<CustomField xmlns="http://soap.sforce.com/2006/04/metadata"><fullName>Contact__c</fullName>'
            "<label>Contact</label><referenceTo>Contact</referenceTo><relationshipLabel>Engagements"
            "</relationshipLabel><relationshipName>Engagements</relationshipName>"
            "<relationshipOrder>0</relationshipOrder><type>MasterDetail</type></CustomField>\n",
        )
        .with_sync(
            field_permission("Account.Phone", edit=True),
            field_permission("Account.Industry"),
            object_permission("Account", "CRE"),
            object_permission("Contact", "R"),
            object_permission(ENGAGEMENT, "R"),
        )
        .with_matrix(MATRIX.replace("Contact: R", f"Contact: R\n  {ENGAGEMENT}: R"))
    )


def test_project_itself_holds(acme: Suite) -> None:
    acme.run().assert_outcomes(passed=7)


@pytest.mark.parametrize(
    ("rung", "returned", "test"),
    [
        ("sf_settings", "'mine'", "def test_it(sf_settings): assert sf_settings == 'mine'"),
        ("sf_target", "'mine'", "def test_it(sf_target): assert sf_target == 'mine'"),
        ("sf_setup", "'mine'", "def test_it(sf_setup): assert sf_setup == 'mine'"),
        ("sf_integration", "'mine'", "def test_it(sf_integration): assert sf_integration == 'mine'"),
        ("sf_access", "'mine'", "def test_it(sf_access): assert sf_access == 'mine'"),
        ("sf_records", "'mine'", "def test_it(sf_records): assert sf_records == 'mine'"),
        ("sf_expect", "'mine'", "def test_it(sf_expect): assert sf_expect == 'mine'"),
    ],
)
def test_every_rung_can_be_overridden(suite: Suite, rung: str, returned: str, test: str) -> None:
    suite = suite.with_file(
        "conftest.py", f"import pytest\n\n@pytest.fixture\ndef {rung}():\n    return {returned}\n"
    ).with_tests(test + "\n")
    suite.run("test_acme.py").assert_outcomes(passed=1)


def test_rungs_above_stand_on_an_overridden_target(suite: Suite) -> None:
    suite = suite.with_file(
        "conftest.py",
        """
        import pytest

        class Told:
            def __init__(self, target):
                self._target = target
                self.asked = []
            def __getattr__(self, name):
                self.asked.append(name)
                return getattr(self._target, name)

        @pytest.fixture
        def sf_target(sf_target):
            return Told(sf_target)
        """,
    ).with_tests("""
        import pytest

        def test_it(sf_target, sf_setup, sf_integration, sf_access, sf_records, sf_expect):
            assert set(sf_target.asked) == {
                "setup_salesforce", "user_salesforce", "setup_client", "user_client"
            }

        @pytest.mark.sf_fields
        def test_case(sf_case, sf_target):
            assert sf_case.run.target is sf_target
    """)
    suite.run("test_acme.py").assert_outcomes(passed=2)


def test_clients_are_ordinary_simple_salesforce_ones(suite: Suite) -> None:
    suite = suite.with_tests("""
        import simple_salesforce

        ME = "SELECT Username FROM User WHERE Id = '{}'"

        def test_it(sf_integration, sf_setup):
            assert type(sf_integration) is simple_salesforce.Salesforce
            assert type(sf_setup) is simple_salesforce.Salesforce
            made = sf_integration.Account.create({"Name": "Acme"})
            row = sf_setup.Account.get(made["id"])
            user = sf_setup.query(ME.format(row["CreatedById"]))["records"][0]
            assert user["Username"] == "acme@example.com"
    """)
    suite.run("test_acme.py").assert_outcomes(passed=1)


def test_access_answers_and_explains(suite: Suite) -> None:
    suite = suite.with_profile(object_permission("Contact", "RE")).with_tests("""
        import pytest

        @pytest.mark.parametrize(
            ("operation", "target", "expected"),
            [
                ("create", "Account", True),
                ("delete", "Account", False),
                ("view all", "Account", False),
                ("view_all", "Account", False),
                ("edit", "Contact", True),
                ("create", "Lead", False),
                ("read", "Account.Industry", True),
                ("edit", "Account.Industry", False),
                ("edit", "Account.Phone", True),
                ("read", "Account.Fax", False),
                ("read", "Contact.SSN__c", False),
                ("read", "Lead.Company", False),
            ],
        )
        def test_can(sf_access, operation, target, expected):
            assert sf_access.can(operation, target) is expected
            if operation != "view_all":
                assert bool(sf_access.why(operation, target)) is expected

        def test_why(sf_access):
            assert [str(one) for one in sf_access.why("read", "Contact")] == [
                "profile Integration", "permission set Sync"
            ]
            assert [str(one) for one in sf_access.why("edit", "Account.Phone")] == ["permission set Sync"]

        def test_has(sf_access):
            assert sf_access.has("ApiEnabled")
            assert not sf_access.has("ModifyAllData")
    """)
    suite.run("test_acme.py").assert_outcomes(passed=14)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ('can("read", "Acount")', "*the setup user does not see Acount in this org: check its spelling"),
        ('why("read", "Acount")', "*the setup user does not see Acount in this org: check its spelling"),
        ('can("read", "Account.Fon")', "*does not see a field Fon on Account: check its spelling"),
        ('can("reed", "Account")', "*'reed' is no operation; they are create, read, edit, *"),
        ('can("delete", "Account.Phone")', "*a field can be read or edited; delete is for objects"),
        ('has("ModifyAllDatta")', "*ModifyAllDatta*"),
    ],
)
def test_question_about_what_does_not_exist_is_an_error_and_no_denial(
    suite: Suite, question: str, message: str
) -> None:
    result = suite.with_tests(f"def test_it(sf_access): assert not sf_access.{question}\n").run(
        "test_acme.py"
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


COUNT = """
def left(sf_setup):
    return [
        row["Id"]
        for name in ("Account", "Contact", "Engagement__c")
        for row in sf_setup.query(f"SELECT Id FROM {name}")["records"]
    ]
"""


def test_records_are_valid_owned_and_have_parents(acme: Suite) -> None:
    acme = acme.with_tests(
        COUNT
        + """
def test_made(sf_records, sf_setup, sf_integration):
    made = sf_records.make("Engagement__c")
    row = sf_integration.Engagement__c.get(made)
    owner = sf_setup.Contact.get(row["Contact__c"])["OwnerId"]
    assert sf_setup.User.get(owner)["Username"] == "acme@example.com"

def test_values(sf_records, sf_setup):
    made = sf_records.make("Account", owned=False, Name="Acme", Industry="Banking")
    row = sf_setup.Account.get(made)
    assert (row["Name"], row["Industry"]) == ("Acme", "Banking")
    assert sf_setup.User.get(row["OwnerId"])["Username"] != "acme@example.com"

def test_nothing_is_left(sf_setup):
    assert not left(sf_setup)
"""
    )
    acme.run("test_acme.py").assert_outcomes(passed=3)


def test_records_are_removed_when_the_test_fails_or_removed_them_itself(acme: Suite) -> None:
    acme = acme.with_tests(
        COUNT
        + """
def test_fails(sf_records):
    sf_records.make("Engagement__c")
    raise RuntimeError("the body fails")

def test_removes_itself(sf_records, sf_setup):
    made = sf_records.make("Engagement__c")
    contact = sf_setup.Engagement__c.get(made)["Contact__c"]
    sf_setup.Contact.delete(contact)  # takes its engagement with it

def test_nothing_is_left(sf_setup):
    assert not left(sf_setup)
"""
    )
    acme.run("test_acme.py").assert_outcomes(passed=2, failed=1, errors=0)


def test_record_that_cannot_be_made_or_removed_is_told(acme: Suite) -> None:
    acme = acme.with_file(
        f"{BASE}/objects/Account/validationRules/Never.validationRule-meta.xml",
        validation_rule("Never", "Name = &quot;Never&quot;"),
    ).with_tests("""
def test_refused(sf_records):
    sf_records.make("Account", Name="Never")

def test_unknown(sf_records):
    sf_records.make("Acount")
""")
    result = acme.run("test_acme.py")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*OrgError: the setup user could not make a Account: NOT_SUPPORTED_BY_EMBEDDED_ORG*rule Never*",
            "*OrgError: the setup user could not make a Acount: *does not see the object*",
        ]
    )


DENIED = {
    "create": 'with sf_expect.denied("create", "Contact"): sf_integration.Contact.create({"LastName": "L"})',
    "read": 'with sf_expect.denied("read", "Lead"): sf_integration.query("SELECT Id FROM Lead")',
    "edit": (
        'with sf_expect.denied("edit", "Contact"): '
        'sf_integration.Contact.update(sf_records.make("Contact"), {"LastName": "Lee"})'
    ),
    "delete": (
        'with sf_expect.denied("delete", "Account"): '
        'sf_integration.Account.delete(sf_records.make("Account"))'
    ),
    "edit field": (
        'with sf_expect.denied("edit", "Account.Industry"): '
        'sf_integration.Account.update(sf_records.make("Account"), {"Industry": "Banking"})'
    ),
    "read field": (
        'with sf_expect.denied("read", "Contact.SSN__c"): sf_integration.query("SELECT SSN__c FROM Contact")'
    ),
}


@pytest.mark.parametrize("what", DENIED)
def test_denied_passes_on_a_denial(suite: Suite, what: str) -> None:
    suite = suite.with_tests(f"def test_it(sf_expect, sf_integration, sf_records):\n    {DENIED[what]}\n")
    suite.run("test_acme.py").assert_outcomes(passed=1)


NOT_DENIED = {
    "allowed": (
        'denied("create", "Account"): sf_integration.Account.create({"Name": "Acme"})',
        "*expected create Account to be denied, but it was allowed",
    ),
    "nothing tried": ('denied("create", "Lead"): pass', "*but it was allowed"),
    "required field": (
        'denied("create", "Account"): sf_integration.Account.create({"Phone": "1"})',
        "*expected create Account to be denied, but it failed for another reason: REQUIRED_FIELD_MISSING*",
    ),
    "validation rule": (
        'denied("create", "Account"): sf_integration.Account.create({"Name": "Never"})',
        "*failed for another reason: NOT_SUPPORTED_BY_EMBEDDED_ORG*rule Never*",
    ),
    "unknown object": (
        'denied("read", "Leed"): sf_integration.query("SELECT Id FROM Leed")',
        "*does not see Leed: a denial of what does not exist proves nothing",
    ),
    "unknown field": (
        'denied("read", "Contact.Nope__c"): sf_integration.query("SELECT Nope__c FROM Contact")',
        "*does not see Contact.Nope__c: a denial of what does not exist proves nothing",
    ),
    "malformed query": (
        'denied("read", "Lead"): sf_integration.query("SELECT Id FROM")',
        "*failed for another reason: MALFORMED_QUERY*",
    ),
    "record that does not exist": (
        'denied("edit", "Account"): sf_integration.Account.update("001000000000000AAA", {"Phone": "1"})',
        "*expected edit Account to be denied, but *",
    ),
    "other object": (
        'denied("read", "Account"): sf_integration.query("SELECT Id FROM Lead")',
        "*expected read Account to be denied, but *",
    ),
    "other field": (
        'denied("read", "Account.Phone"): sf_integration.query("SELECT Phone, Fax FROM Account")',
        "*expected read Account.Phone to be denied, but *",
    ),
    "record out of reach": (
        'denied("delete", "Reach__c"): sf_integration.Reach__c.delete(hidden(sf_setup))',
        "*expected delete Reach__c to be denied, but the user holds delete Reach__c: *",
    ),
    "change of a record out of reach": (
        'denied("edit", "Reach__c"): sf_integration.Reach__c.update(hidden(sf_setup), {"Name": "x"})',
        "*expected edit Reach__c to be denied, but the user holds edit Reach__c: *",
    ),
    "read of a record out of reach": (
        'denied("read", "Reach__c"): sf_integration.Reach__c.get(hidden(sf_setup))',
        "*expected read Reach__c to be denied, but the user holds read Reach__c: *",
    ),
    "body with a formula": (
        'denied("create", "Reach__c"): sf_integration.Reach__c.create({"Twice__c": "x"})',
        "*expected create Reach__c to be denied, but the user holds create Reach__c: *",
    ),
    "body with a field that exists nowhere": (
        'denied("create", "Reach__c"): sf_integration.Reach__c.create({"Zip__c": "x"})',
        "*expected create Reach__c to be denied, but the user holds create Reach__c: *",
    ),
    "query of a field that exists nowhere": (
        'denied("read", "Reach__c"): sf_integration.query("SELECT Zip__c FROM Reach__c")',
        "*expected read Reach__c to be denied, but the user holds read Reach__c: *",
    ),
    "field for a right of the object that is not held": (
        'denied("view_all", "Reach__c"): sf_integration.query("SELECT Zip__c FROM Reach__c")',
        "*expected view_all Reach__c to be denied, but a field was refused, which says nothing of the *",
    ),
    "write of a field that may be read": (
        (
            'denied("read", "Account.Industry"): '
            'sf_integration.Account.create({"Name": "A", "Industry": "Banking"})'
        ),
        "*expected read Account.Industry to be denied, but the user holds read Account.Industry: *",
    ),
    "other error": ('denied("read", "Lead"): raise KeyError("mine")', "*KeyError: 'mine'*"),
}


HIDDEN = """
def hidden(sf_setup):
    return sf_setup.Reach__c.create({"Name": "x"})["id"]

def test_it(sf_expect, sf_integration, sf_setup):
"""


def with_reach(suite: Suite) -> Suite:
    """Return the project with an object of which the user has every right on its own records alone."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    xmlns = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
    inner = (
        "<deploymentStatus>Deployed</deploymentStatus><label>Reach</label>"
        "<nameField><label>Name</label><type>Text</type></nameField>"
        "<pluralLabel>Reaches</pluralLabel><sharingModel>Private</sharingModel>"
    )
    formula = "<fullName>Twice__c</fullName><formula>Name</formula><label>Twice</label><type>Text</type>"
    return (
        suite.with_file(
            f"{BASE}/objects/Reach__c/Reach__c.object-meta.xml",
            f"{head}<CustomObject {xmlns}>{inner}</CustomObject>\n",
        )
        .with_file(
            f"{BASE}/objects/Reach__c/fields/Twice__c.field-meta.xml",
            f"{head}<CustomField {xmlns}>{formula}</CustomField>\n",
        )
        .with_sync(
            field_permission("Account.Phone", edit=True),
            field_permission("Account.Industry"),
            field_permission("Reach__c.Twice__c"),
            object_permission("Account", "CRE"),
            object_permission("Contact", "R"),
            object_permission("Reach__c", "CRED"),
        )
    )


@pytest.mark.parametrize("what", NOT_DENIED)
def test_denied_fails_on_anything_else(suite: Suite, what: str) -> None:
    code, message = NOT_DENIED[what]
    if "Reach__c" in code:
        suite = with_reach(suite)
    if what == "validation rule":
        suite = suite.with_file(
            f"{BASE}/objects/Account/validationRules/Never.validationRule-meta.xml",
            validation_rule("Never", "Name = &quot;Never&quot;"),
        )
    suite = suite.with_tests(HIDDEN + f"    with sf_expect.{code}\n")
    result = suite.run("test_acme.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


def test_fixtures_follow_the_matrix_of_the_case(suite: Suite) -> None:
    other = MATRIX.replace("acme@", "other@")
    suite = suite.with_file("other.matrix.yaml", other).with_tests("""
        import pytest

        pytestmark = pytest.mark.sf_matrix("acme.matrix.yaml")

        @pytest.mark.sf_fields("other.matrix.yaml")
        def test_case(sf_integration, sf_setup):
            rows = sf_setup.query("SELECT Id FROM User WHERE Username = 'other@example.com'")["records"]
            made = sf_integration.Account.create({"Name": "Acme"})["id"]
            assert sf_setup.Account.get(made)["CreatedById"] == rows[0]["Id"]

        @pytest.mark.sf_fields("acme.matrix.yaml")
        @pytest.mark.sf_blocked("other.matrix.yaml")
        def test_two_matrices(sf_integration, sf_case):
            username = sf_case.run.matrix.user.username
            rows = sf_integration.query(f"SELECT Id FROM User WHERE Username = '{username}'")
            assert rows["totalSize"] == 1
    """)
    suite.run("test_acme.py").assert_outcomes(passed=5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("  profile: Integration\n", ""), "*name its profile under user.profile*"),
    ],
)
def test_user_that_cannot_be_had_is_told_without_frames(
    suite: Suite, change: tuple[str, str], message: str
) -> None:
    suite = suite.replacing(*change).with_tests("def test_it(sf_integration): ...\n")
    result = suite.run("test_acme.py")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])
    assert "fixtures.py" not in result.stdout.str()
    assert result.stdout.str().count("name its profile") == 1


def test_field_type_that_faker_cannot_make_is_not_required(suite: Suite) -> None:
    suite = suite.with_file(
        f"{BASE}/objects/Account/fields/Place__c.field-meta.xml", custom_field("Place__c", "Location")
    ).with_tests("def test_it(sf_records): assert sf_records.make('Account')\n")
    assert suite.run("test_acme.py").ret == pytest.ExitCode.OK
