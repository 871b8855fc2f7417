"""What is known of the error codes: where each is made, and how its code, status and text are known."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    COMMUNITY,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["code_marks"]

_REST = "REST API Developer Guide"
_STATUS_CODES = "SOAP API Developer Guide, StatusCode"
_SFORCE = "SOAP API Developer Guide, ExceptionCode"
_CCI = "SFDO-Tooling/CumulusCI@598cda5: cumulusci"

_OURS = (
    row(
        "errors NOT_SUPPORTED_BY_EMBEDDED_ORG|org NOT_SUPPORTED_BY_EMBEDDED_ORG",
        ASSUMED,
        "",
        "the embedded org's own: 501, what is not modelled",
    ),
    row(
        "server.connection UNKNOWN_EXCEPTION",
        DOCUMENTED,
        _STATUS_CODES,
        "500: a fault of the embedded org itself",
    ),
    row("server.message HTTP_{status}", ASSUMED, "", "the server's own codes for what is no valid HTTP"),
)

_LOGIN = (
    row(
        "login.soap INVALID_LOGIN",
        RECORDED,
        "case login.soap.invalid_login",
        "an inactive user too (documented), and a frozen one (assumed)",
    ),
    row("login.soap LOGIN_MUST_USE_SECURITY_TOKEN", RECORDED, "case login.soap.must_use_token"),
    row("login.soap LOGIN_DURING_RESTRICTED_DOMAIN", DOCUMENTED, "case login.soap.restricted_ip"),
    row("login.soap API_DISABLED_FOR_ORG", RECORDED, "case login.soap.api_disabled"),
    row("login.soap INVALID_SESSION_ID", RECORDED, "case login.soap.session_invalid"),
    row("login.soap UNSUPPORTED_API_VERSION", DOCUMENTED, "case login.soap.retired_version", "text assumed"),
    row("login.soap INSUFFICIENT_ACCESS", DOCUMENTED, "case login.soap.no_any_api_auth", "text assumed"),
    row("login.soap 400 INVALID_INPUT", ASSUMED, "", "a body that is no SOAP envelope"),
    row("login.oauth invalid_request", ASSUMED, "", "a token asked for by any method but POST"),
    row("login.oauth invalid_client_id", RECORDED, "case login.oauth.invalid_client_id"),
    row("login.oauth invalid_client", RECORDED, "case login.oauth.invalid_client_secret"),
    row(
        "login.oauth invalid_grant",
        RECORDED,
        "case login.oauth.auth_failure; case login.oauth.jwt_not_approved; case "
        "login.oauth.audience; case login.oauth.ip_restricted; case login.oauth.refresh_expired",
        "inactive user and no valid scopes are community knowledge; invalid assertion, expired "
        "authorization code, login during restricted time and request not supported on this domain are "
        "assumed",
    ),
    row(
        "login.oauth app_not_found",
        RECORDED,
        "case login.oauth.app_not_found",
        "for an app that its policies turn off too (assumed)",
    ),
    row("login.oauth invalid_app_access", RECORDED, "forcedotcom/cli issue 3260"),
    row(
        "login.oauth unsupported_grant_type", DOCUMENTED, "Salesforce Help, OAuth Authorization Flows Errors"
    ),
    row("login.oauth unsupported_token_type", DOCUMENTED, "Salesforce Help, Revoke OAuth Tokens"),
    row(
        "login.door 404 NOT_FOUND|login.identity 404 NOT_FOUND",
        RECORDED,
        "case crud.unknown.sobject_get",
        "outside of the data API by analogy",
    ),
    row(
        "org 401 INVALID_SESSION_ID",
        RECORDED,
        "case rest.session_expired; case rest.session_not_valid_for_api; case rest.xml_oauth_fault",
    ),
    row("org 403 API_DISABLED_FOR_ORG", RECORDED, "case api.disabled.org"),
    row(
        "org 403 API_CURRENTLY_DISABLED",
        RECORDED,
        "restforce/restforce issue 562",
        "a user without API Enabled; other captures show API_DISABLED_FOR_ORG for the same",
    ),
    row(
        "org 403 INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        RECORDED,
        "ForceCLI/force@6b903a6: lib/force.go",
        "code and text; the status is assumed",
    ),
    row("org 403 REQUEST_LIMIT_EXCEEDED", RECORDED, "case limits.daily"),
    row(
        "org 404 NOT_FOUND|rest.subrequests 404 NOT_FOUND",
        RECORDED,
        "case crud.unknown.sobject_get",
        "an unknown version or Apex REST path",
    ),
    row("org 410 UNSUPPORTED_API_VERSION", DOCUMENTED, f"{_REST}, API End-of-Life", "text assumed"),
)

_REST_CODES = (
    row(
        "view 404 NOT_FOUND",
        RECORDED,
        "case crud.unknown.sobject_get; case crud.unknown.sobject_post; case crud.unknown.describe",
        "an object without Read is answered like one that does not exist (inferred)",
    ),
    row("rest.records 404 NOT_FOUND", RECORDED, "case rec.get.bogus; case fls.extid.not_accessible"),
    row(
        "rest.records 400 MALFORMED_ID",
        COMMUNITY,
        "WWW::Salesforce: t/delete.t",
        "18 characters whose suffix does not fit; what has another length is no id at all (recorded)",
    ),
    row("rest.records 400 INVALID_FIELD", ASSUMED, "", "a hidden field in fields=, by analogy with a query"),
    row(
        "rest.sobjects 400 INVALID_FIELD",
        RECORDED,
        "jesperfj/force-rest-api issue 69",
        "Id in the body of an update",
    ),
    row("rest.call 405 METHOD_NOT_ALLOWED", RECORDED, "case crud.method_not_allowed"),
    row(
        "rest.call 400 JSON_PARSER_ERROR|values 400 JSON_PARSER_ERROR",
        DOCUMENTED,
        f"{_REST}, Status Codes",
        "texts assumed",
    ),
    row("rest.router 403 FUNCTIONALITY_NOT_ENABLED", RECORDED, "case crud.feature_not_enabled"),
    row(
        "rest.conditional 412 PRECONDITION_FAILED|rest.conditional PRECONDITION_FAILED",
        RECORDED,
        "forcedotcom/SalesforceMobileSDK-Android@50b4c43: RestClientTest.java",
        "the status; code and text assumed",
    ),
    row("rest.uiapi 400 INVALID_TYPE", RECORDED, "case desc.uiapi.unsupported"),
    row(
        "rest.uiapi 400 LIMIT_EXCEEDED|rest.batch 400 LIMIT_EXCEEDED|rest.composite 400 "
        "LIMIT_EXCEEDED|rest.tree 400 LIMIT_EXCEEDED|rest.collections 400 LIMIT_EXCEEDED",
        ASSUMED,
        "",
        "the limits are documented, code and text are drawn by analogy with a graph",
    ),
    row("rest.graph LIMIT_EXCEEDED", RECORDED, "case comp.graph.limit"),
    row(
        "rest.graph PROCESSING_HALTED",
        DOCUMENTED,
        f"{_REST}, Composite Graph Limits",
        "after 14 failed graphs",
    ),
    row("rest.composite PROCESSING_HALTED", RECORDED, f"{_CCI}/tasks/salesforce/composite.py"),
    row("rest.subrequests 400 PROCESSING_HALTED", RECORDED, "case comp.badref"),
    row(
        "rest.batch BATCH_PROCESSING_HALTED",
        DOCUMENTED,
        f"{_REST}, Batch",
        "the status 412; code and text assumed",
    ),
    row(
        "rest.batch 400 INVALID_INPUT|rest.collections 400 INVALID_INPUT|rest.composite 400 "
        "INVALID_INPUT|rest.graph 400 INVALID_INPUT|rest.subrequests 400 INVALID_INPUT|rest.tree 400 "
        "INVALID_INPUT",
        ASSUMED,
        "",
        "bodies that are not as documented",
    ),
    row("rest.collections ALL_OR_NONE_OPERATION_ROLLED_BACK", RECORDED, "case comp.collections.rollback"),
    row(
        "rest.collections 400 EXCEEDED_ID_LIMIT",
        ASSUMED,
        "case comp.collections.limit",
        "the limit is documented",
    ),
    row(
        "rest.collections 400 INVALID_TYPE",
        RECORDED,
        "jamesward/salesforce-webhook-creator issue 31",
        "the short text",
    ),
    row("rest.collections 400 MALFORMED_ID", DOCUMENTED, _STATUS_CODES, "text assumed"),
    row("rest.collections 400 MISSING_ARGUMENT", DOCUMENTED, _STATUS_CODES, "texts assumed"),
    row(
        "rest.collections 404 INVALID_CROSS_REFERENCE_KEY",
        RECORDED,
        "case rec.delete.nonexistent",
        "also for an object without Read (inferred)",
    ),
    row(
        "rest.collections DUPLICATE_EXTERNAL_ID|write.references 400 DUPLICATE_EXTERNAL_ID",
        DOCUMENTED,
        _STATUS_CODES,
        "texts assumed",
    ),
    row(
        "rest.tree 400 INVALID_FIELD",
        RECORDED,
        "case fls.collections.unknown",
        "an unknown child relationship by analogy",
    ),
    row("rest.tooling 400 INVALID_TYPE", RECORDED, "jamesward/salesforce-webhook-creator issue 31"),
    row(
        "rest.tooling 400 MALFORMED_QUERY",
        RECORDED,
        "sorenkrabbe/Chrome-Salesforce-inspector issue 39",
        "Metadata of more than one row",
    ),
    row(
        "rest.query 400 EXCEEDED_ID_LIMIT",
        COMMUNITY,
        "errors of public applications that met it; SOQL and SOSL Reference, Considerations for GROUP BY",
        "groups have one page; the status is assumed",
    ),
    row("rest.query 400 MALFORMED_QUERY", ASSUMED, "", "a request without a query"),
    row("rest.query 400 INVALID_QUERY_LOCATOR", DOCUMENTED, _SFORCE, "text assumed"),
)

_QUERY = (
    row("rest.query INVALID_TYPE_FOR_OPERATION", RECORDED, "case desc.no_query"),
    row(
        "rest.query MALFORMED_QUERY|tables.record_access MALFORMED_QUERY",
        DOCUMENTED,
        "Object Reference, UserFieldAccess; Object Reference, UserRecordAccess",
        "the sentence on UserId is assumed",
    ),
    row(
        "tables.reified MALFORMED_QUERY",
        RECORDED,
        "case desc.reified.UserEntityAccess; case desc.reified.UserFieldAccess; case "
        "desc.reified.FieldDefinition; case desc.reified.EntityParticle; case "
        "desc.reified.RelationshipInfo",
        "the sentences on operators are documented",
    ),
    row("tables.record_access INVALID_FIELD", RECORDED, "case rec.ura.select_rule"),
    row(
        "soql.executor INVALID_TYPE|soql.projection INVALID_TYPE",
        RECORDED,
        f"{_CCI}/tasks/salesforce/tests/cassettes/TestCountSObjects",
        "a hidden object reads like an unknown one",
    ),
    row(
        "soql.scope INVALID_FIELD",
        RECORDED,
        "case fls.soql.hidden",
        "the sentence on relationships is community knowledge",
    ),
    row(
        "soql.executor NUMBER_OUTSIDE_VALID_RANGE",
        DOCUMENTED,
        "SOQL and SOSL Reference, OFFSET",
        "text assumed",
    ),
    row(
        "soql.criteria INVALID_FIELD|soql.criteria INVALID_QUERY_FILTER_OPERATOR|soql.functions "
        "INVALID_FIELD|soql.predicates INVALID_FIELD|soql.aggregates MALFORMED_QUERY|soql.grouping "
        "MALFORMED_QUERY|soql.lexer MALFORMED_QUERY|soql.errors MALFORMED_QUERY|soql.ordering "
        "MALFORMED_QUERY|soql.semi_join MALFORMED_QUERY|soql.predicates MALFORMED_QUERY",
        COMMUNITY,
        "questions on salesforce.stackexchange.com",
        "code and sentence; positions as recorded elsewhere",
    ),
    row(
        "soql.projection INVALID_FIELD",
        DOCUMENTED,
        "SOQL and SOSL Reference, FIELDS()",
        "a field that is selected twice",
    ),
    row(
        "soql.criteria MALFORMED_QUERY|soql.executor MALFORMED_QUERY|soql.functions MALFORMED_QUERY|"
        "soql.projection MALFORMED_QUERY|soql.scope MALFORMED_QUERY|soql.predicates "
        "INVALID_QUERY_FILTER_OPERATOR",
        ASSUMED,
        "",
        "the rules are documented, the sentences are not known",
    ),
)

_WRITES = (
    row(
        "write.dml 400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        RECORDED,
        "case crud.create.denied.rest; case crud.update.denied.rest",
        "names the object's label",
    ),
    row(
        "write.dml INSUFFICIENT_ACCESS_OR_READONLY",
        COMMUNITY,
        "case rec.patch.readonly",
        "403 unless the org is built with 400: both were seen; the same for a missing Delete",
    ),
    row(
        "write.dml 404 ENTITY_IS_DELETED",
        RECORDED,
        "django-salesforce/django-salesforce@774a1bd: salesforce/tests/test_integration.py",
    ),
    row("write.dml 404 INVALID_CROSS_REFERENCE_KEY", RECORDED, "case rec.delete.nonexistent"),
    row(
        "write.dml 400 INVALID_FIELD_FOR_INSERT_UPDATE|write.names 400 INVALID_FIELD_FOR_INSERT_UPDATE",
        RECORDED,
        "case fls.write.readonly; case fls.write.readonly.many; case fls.badnames",
        "Id in an insert: text by community",
    ),
    row(
        "write.names 400 INVALID_FIELD",
        RECORDED,
        "case fls.collections.unknown",
        "hidden like unknown (inferred)",
    ),
    row(
        "write.undeletable 400 DELETE_FAILED",
        DOCUMENTED,
        _STATUS_CODES,
        "the words are those of captured answers; that all that hold the record are named is assumed",
    ),
    row(
        "write.derived 400 "
        "REQUIRED_FIELD_MISSING|values 400 INVALID_EMAIL_ADDRESS|values 400 "
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST|values 400 MALFORMED_ID|values 400 "
        "NUMBER_OUTSIDE_VALID_RANGE|values 400 STRING_TOO_LONG|write.references 400 "
        "FIELD_INTEGRITY_EXCEPTION|write.references "
        "400 INACTIVE_OWNER_OR_USER|write.references 400 INVALID_OPERATION",
        DOCUMENTED,
        _STATUS_CODES,
        "the codes; texts and the 400 are assumed",
    ),
    row(
        "write.record_types 400 INVALID_CROSS_REFERENCE_KEY", RECORDED, "case crud.record_type_not_available"
    ),
    row(
        "write.references 400 INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", RECORDED, "case rec.xref.denied"
    ),
    row(
        "write.references 400 INVALID_CROSS_REFERENCE_KEY|write.references 400 ENTITY_IS_DELETED",
        ASSUMED,
        "",
        "a lookup to a record that is not there, by analogy with deleting it",
    ),
    row("write.references 400 INVALID_FIELD", ASSUMED, "", "a parent named by an external id"),
)


def code_marks() -> Iterator[Mark]:
    """Yield the marks of all error codes."""
    for table in (_OURS, _LOGIN, _REST_CODES, _QUERY, _WRITES):
        yield from rows(Kind.ERROR, table)
