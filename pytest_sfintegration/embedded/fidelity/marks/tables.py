"""What is known of the setup tables and of the rules of writing."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["table_marks"]

_OBJECTS = "Object Reference"
_CCI = "SFDO-Tooling/CumulusCI@598cda5: cumulusci"
_AUDIT = "j-schreiber/js-sf-cli-security-audit@e9d8a08"
_STATUS_CODES = "SOAP API Developer Guide, StatusCode"

_TABLES = (
    row(
        "PermissionSet",
        RECORDED,
        f"{_AUDIT}: test/mocks/data/describeResults/PermissionSet.json",
        "a row for each profile and group too",
    ),
    row("Profile", RECORDED, "case meta.profile_ip_ranges", "Metadata of one profile by the Tooling API"),
    row(
        "PermissionSetAssignment|PermissionSetLicenseAssign|UserLicense|PermissionSetLicense|"
        "SetupEntityAccess",
        RECORDED,
        f"{_CCI}/tasks/salesforce/users/permsets.py; {_CCI}/salesforce_api/retrieve_profile_api.py",
        "columns by use; a thousand seats unless the users file tells, and keys made from labels (assumed)",
    ),
    row(
        "ObjectPermissions|FieldPermissions",
        DOCUMENTED,
        f"{_OBJECTS}, ObjectPermissions; {_OBJECTS}, FieldPermissions",
        "no rows whose parent is a licence",
    ),
    row(
        "PermissionSetGroup|PermissionSetGroupComponent|MutingPermissionSet|UserRole|Group|"
        "GroupMember|QueueSobject|RecordType|CustomPermission",
        DOCUMENTED,
        f"{_OBJECTS}, each table",
        "a group with a member that the source lacks is Failed (assumed); groups hold users only",
    ),
    row("Organization", RECORDED, "case desc.org_owd"),
    row("User", DOCUMENTED, f"{_OBJECTS}, User", "every user sees all users (assumed)"),
    row(
        "UserRecordAccess",
        RECORDED,
        "case rec.ura.select_rule",
        "rules documented; unknown records have no access (assumed)",
    ),
    row(
        "UserEntityAccess",
        RECORDED,
        "case desc.reified.UserEntityAccess",
        "rows documented, some columns assumed",
    ),
    row(
        "UserFieldAccess", RECORDED, "case desc.reified.UserFieldAccess", "the shape of DurableId is assumed"
    ),
    row(
        "FieldDefinition",
        RECORDED,
        "case desc.reified.FieldDefinition",
        "only the fields that the user reads (assumed)",
    ),
    row(
        "EntityParticle",
        RECORDED,
        "case desc.reified.EntityParticle",
        "the filter rule; the columns as a describe of the user tells them (documented), DataType included",
    ),
    row(
        "RelationshipInfo",
        RECORDED,
        "case desc.reified.RelationshipInfo",
        "the filter rule; rows are refused",
    ),
    row("EntityDefinition", RECORDED, f"{_CCI}/tasks/metadata_etl/sharing.py", "columns by use"),
    row("ApexClass|ApexPage|FlowDefinition", DOCUMENTED, "Tooling API Developer Guide", "names only"),
    row(
        "…Share => AccountShare, Property__Share and the like",
        DOCUMENTED,
        f"{_OBJECTS}, AccountShare",
        "Owner, Rule and Manual rows; implicit ones have none; that a user reads the rows of the records "
        "that he reads is assumed",
    ),
)

_COLUMNS = (
    row(
        "PermissionSet.Permissions…|Profile.Permissions…|MutingPermissionSet.Permissions…",
        RECORDED,
        f"{_AUDIT}: test/mocks/data/describeResults/PermissionSet.json",
        "one column for each user permission",
    ),
    row(
        "ObjectPermissions.PermissionsCreate|ObjectPermissions.PermissionsRead|"
        "ObjectPermissions.PermissionsEdit|ObjectPermissions.PermissionsDelete|"
        "ObjectPermissions.PermissionsViewAllRecords|"
        "ObjectPermissions.PermissionsModifyAllRecords|"
        "ObjectPermissions.PermissionsViewAllFields",
        DOCUMENTED,
        f"{_OBJECTS}, ObjectPermissions",
        "as declared, nothing implied",
    ),
    row(
        "Organization.DefaultAccountAccess|Organization.DefaultCampaignAccess|"
        "Organization.DefaultCaseAccess|Organization.DefaultContactAccess|"
        "Organization.DefaultLeadAccess|Organization.DefaultOpportunityAccess",
        RECORDED,
        "case desc.org_owd",
    ),
    row(
        "UserEntityAccess.UserId|UserEntityAccess.DurableId|UserFieldAccess.DurableId|"
        "FieldDefinition.DurableId|FieldDefinition.EntityDefinitionId|EntityParticle.DurableId|"
        "EntityParticle.EntityDefinitionId|EntityParticle.FieldDefinitionId|"
        "RelationshipInfo.ChildSobjectId|RelationshipInfo.FieldId|RelationshipInfo.DurableId",
        RECORDED,
        "case desc.reified.UserEntityAccess; case desc.reified.UserFieldAccess; case "
        "desc.reified.FieldDefinition; case desc.reified.EntityParticle; case "
        "desc.reified.RelationshipInfo",
        "columns that a query must filter on",
    ),
    row(
        "UserRecordAccess.recordid|UserRecordAccess.hasreadaccess|"
        "UserRecordAccess.haseditaccess|UserRecordAccess.hasdeleteaccess|"
        "UserRecordAccess.hastransferaccess|UserRecordAccess.hasallaccess|"
        "UserRecordAccess.maxaccesslevel",
        RECORDED,
        "case rec.ura.select_rule",
    ),
    row(
        "AccountShare.CaseAccessLevel|AccountShare.ContactAccessLevel|AccountShare.OpportunityAccessLevel",
        DOCUMENTED,
        f"{_OBJECTS}, AccountShare",
    ),
    row("every setup table: audit columns", DOCUMENTED, f"{_OBJECTS}, System Fields", "mostly null"),
)

_VALUES = (
    row(
        "boolean|currency|date|datetime|double|email|int|long|multipicklist|percent|phone|"
        "picklist|reference|string|textarea|time|url",
        DOCUMENTED,
        f"{_OBJECTS}, Field Types",
        "what is refused and stored; texts assumed",
    ),
    row(
        "base64|combobox|encryptedstring",
        DOCUMENTED,
        f"{_OBJECTS}, Field Types",
        "taken without a check; encrypted text is read in clear by everybody",
    ),
)

_RULES = (
    row(
        "write.dml._entity_refused => a missing object right|write.dml.Dml.insert => insert|"
        "write.dml.Dml.update => update",
        RECORDED,
        "case crud.create.denied.rest; case crud.update.denied.rest",
    ),
    row(
        "write.names._named => fields that are not there, or hidden|write.names.read_values => "
        "fields without write access",
        RECORDED,
        "case fls.badnames; case fls.collections.unknown; case fls.write.readonly",
        "their order is assumed",
    ),
    row("write.dml.Dml.delete => delete", RECORDED, "case rec.delete.nonexistent; case delete.ok"),
    row(
        "write.dml.Dml._existing => a record that is invisible or deleted",
        RECORDED,
        "django-salesforce/django-salesforce@774a1bd: salesforce/tests/test_integration.py",
        "404 for an invisible one is assumed (test rec.patch.invisible)",
    ),
    row(
        "write.dml.Dml._insufficient_access => a record that may be read, not changed",
        DOCUMENTED,
        f"{_STATUS_CODES}; agentforceaccess.com",
        "403 or 400: a switch of the org",
    ),
    row(
        "write.record_types.RecordTypes.check => record types that are not granted",
        RECORDED,
        "case crud.record_type_not_available",
    ),
    row(
        "write.references.cross_reference_denied => a lookup to a record that is not "
        "accessible|write.references.References._check_one => lookups: type, existence, access",
        RECORDED,
        "case rec.xref.denied",
        "a detail needs Edit of its master (documented)",
    ),
    row(
        "write.references.References._check_setup => owners: active users, queues of the object",
        DOCUMENTED,
        _STATUS_CODES,
        "whether a new owner may read the object is not asked",
    ),
    row(
        "write.references.References.by_external_id => parents by external id",
        DOCUMENTED,
        "REST API Developer Guide, Upsert",
        "texts assumed",
    ),
    row(
        "write.dml.Dml._complete => required fields, owner, record type|write.derived.missing "
        "=> required fields",
        DOCUMENTED,
        _STATUS_CODES,
        "text assumed; a new record may be given any active owner",
    ),
    row(
        "write.derived.default_of => default values|write.derived._literal => default formulas",
        DOCUMENTED,
        "Salesforce Help, Default Field Values",
        "literals, TODAY() and NOW(); any other formula is refused",
    ),
    row(
        "write.statuses.derive_status => what follows from a stage, a status, a close date",
        DOCUMENTED,
        f"{_OBJECTS}, Opportunity and Case; Metadata API Developer Guide, StandardValueSet",
        "the probabilities and forecast categories of the stages that an org begins with are assumed; "
        "without a value set a stage of one's own tells nothing, and what hangs on it is refused",
    ),
    row("write.derived.derive => names of persons, addresses", DOCUMENTED, f"{_OBJECTS}, Contact"),
    row(
        "write.derived.named => a record without a name",
        DOCUMENTED,
        "Salesforce Help, Record Name; salesforce.stackexchange.com/questions/139392",
        "the 15 characters of the id; that a name which is emptied becomes the id as well is assumed",
    ),
    row(
        "write.derived.needs_value => fields that may never be empty|write.derived.defaulted => an explicit "
        "null is no default",
        DOCUMENTED,
        f"{_OBJECTS}, Required Fields; Salesforce Help, 005225085",
        "that a null on create is refused where a custom field has a default of its own, and is the default "
        "of a standard one, is assumed; an empty checkbox is unchecked (assumed)",
    ),
    row(
        "write.numbering.numbered => auto-numbers by display format and starting number|"
        "write.numbering._odd => any other display format is refused",
        DOCUMENTED,
        "Salesforce Help, Auto-Number Formatting",
        "the day of creation in UTC, and {0} where a custom field has no format, are assumed",
    ),
    row(
        "write.cascade.Cascade.delete => details go along, restricted lookups forbid",
        DOCUMENTED,
        f"{_OBJECTS}, Relationships Among Objects",
    ),
    row(
        "write.undeletable.refuse_deletion => what keeps an account: cases, closed won opportunities, "
        "activated contracts|write.undeletable._refusal => the records that keep it are named",
        DOCUMENTED,
        "Salesforce Help, Guidelines for Deleting Accounts",
        "an opportunity's owner does not matter; partner accounts and orders billed to a contact of the "
        "account are not modelled",
    ),
    row(
        "write.undeletable._keep_won => opportunities of which it is not known whether they are won",
        ASSUMED,
        "",
        "the deletion is refused as not modelled",
    ),
    row(
        "write.names._refuse_other_type => a record with attributes of another type",
        ASSUMED,
        "",
        "refused as not modelled",
    ),
    row(
        "write.rules.check_validation_rules => an active validation rule is refused, not evaluated",
        ASSUMED,
        "",
        "after every check of access; the org may be built to skip rules",
    ),
    row(
        "write.dml._refuse_setup => setup tables are not written|write.dml._refuse_unmodelled "
        "=> objects of unknown shape",
        ASSUMED,
        "",
        "refused as not modelled",
    ),
    row("rest.conditional.not_modified => 304 of a describe", RECORDED, "case desc.if_modified_since"),
    row(
        "rest.conditional.check_unmodified => 304 and 412 of a record",
        RECORDED,
        "forcedotcom/SalesforceMobileSDK-Android@50b4c43: RestClientTest.java",
        "statuses; texts assumed",
    ),
    row(
        "values.coerce => values by type|values._boolean => boolean|values._date => date|"
        "values._datetime => datetime|values._time => time|values._integer => integer|"
        "values._number => number|values._text => text|values._reference => reference|"
        "values._base64 => base64|values._check_picklist => check picklist|"
        "values._parser_error => parser error",
        DOCUMENTED,
        _STATUS_CODES,
        "the codes; texts and the 400 are assumed",
    ),
    row("values.datetime_text => datetimes", RECORDED, f"{_CCI}/tests/shared_cassettes"),
)


def table_marks() -> Iterator[Mark]:
    """Yield the marks of tables, columns, values and writing."""
    yield from rows(Kind.TABLE, _TABLES)
    yield from rows(Kind.COLUMNS, _COLUMNS)
    yield from rows(Kind.VALUE, _VALUES)
    yield from rows(Kind.WRITE_RULE, _RULES)
