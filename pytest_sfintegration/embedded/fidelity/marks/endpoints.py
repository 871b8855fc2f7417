"""What is known of the endpoints and of the ways to log in."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["endpoint_marks"]

_REST = "REST API Developer Guide"
_CCI = "SFDO-Tooling/CumulusCI@598cda5: cumulusci"

_METHODS = (
    row(
        "rest.meaning.as_meant POST => POST ?_HttpMethod=PATCH",
        DOCUMENTED,
        f"{_REST}, Update a Record",
        "of another method than POST it is refused",
    ),
    row("rest.router.dispatch GET => GET /services/data/vXX.0", DOCUMENTED, f"{_REST}, Resources by Version"),
    row(
        "rest.sobjects.sobjects GET => GET /sobjects",
        RECORDED,
        f"{_CCI}/tests/shared_cassettes/GET_sobjects_Global_describe.yaml",
        "objects whose access rules are not modelled are left out",
    ),
    row(
        "rest.sobjects._object GET => GET /sobjects/{object}",
        DOCUMENTED,
        f"{_REST}, sObject Basic Information",
        "recentItems is always empty",
    ),
    row(
        "rest.sobjects._object POST => POST /sobjects/{object}",
        RECORDED,
        "case crud.create.denied.rest; case crud.unknown.sobject_post",
    ),
    row(
        "rest.sobjects._record GET => GET /sobjects/{object}/{id}",
        RECORDED,
        "case rec.get.deleted; case rec.get.bogus",
        "hidden fields are missing from the body (documented)",
    ),
    row(
        "rest.sobjects._record PATCH => PATCH /sobjects/{object}/{id}",
        RECORDED,
        "case update.ok; case crud.update.denied.rest",
    ),
    row(
        "rest.sobjects._record DELETE => DELETE /sobjects/{object}/{id}",
        RECORDED,
        "case delete.ok; case rec.delete.nonexistent",
    ),
    row(
        "rest.sobjects._one_by_external_id GET => GET /sobjects/{object}/{field}/{value}",
        RECORDED,
        "case rec.multi_extid; case fls.extid.not_accessible",
    ),
    row(
        "rest.sobjects._one_by_external_id PATCH => PATCH /sobjects/{object}/{field}/{value} (upsert)",
        RECORDED,
        "case fls.extid.not_accessible",
        "201 or 200 with a body from v46.0 on, 204 before (documented)",
    ),
    row(
        "rest.sobjects._one_by_external_id POST => POST /sobjects/{object}/Id",
        DOCUMENTED,
        f"{_REST}, Insert or Update (Upsert) a Record Using an External ID",
    ),
    row(
        "rest.sobjects._one_by_external_id DELETE => DELETE /sobjects/{object}/{field}/{value}",
        DOCUMENTED,
        f"{_REST}, sObject Rows by External ID",
    ),
    row(
        "rest.query.query_resource GET => GET /query, GET /queryAll and their pages",
        RECORDED,
        "case fls.soql.hidden",
        "also below /tooling; columns=true names columns as written, fetchSize is taken and has no effect",
    ),
    row(
        "rest.limits.limits GET => GET /limits, GET /limits/recordCount",
        RECORDED,
        f"{_CCI}/tasks/bulkdata/tests/cassettes/TestUpsert (external id, REST)",
        "counts ignore sharing (recorded); only the API calls are counted, others stand still (assumed)",
    ),
    row(
        "login.oauth.OAuth.token POST => POST /services/oauth2/token",
        DOCUMENTED,
        "Salesforce Help, OAuth Endpoints",
        "parameters in the URL are taken too (community)",
    ),
    row(
        "rest.composite.composite POST => POST /composite",
        RECORDED,
        "case comp.badref; case desc.if_modified_since",
        "up to 25 sub-requests (documented)",
    ),
    row("rest.router._composite GET => GET /composite", DOCUMENTED, f"{_REST}, Composite Resources"),
    row(
        "rest.batch.batch POST => POST /composite/batch",
        RECORDED,
        "case comp.batch.errors",
        "haltOnError: 412 for the rest (documented), its text is assumed",
    ),
    row(
        "rest.graph.graph POST => POST /composite/graph",
        RECORDED,
        "case comp.graph.fail; case comp.graph.limit",
    ),
    row(
        "rest.graph._kind GET => GET in a graph|rest.graph._kind POST => POST in a graph|"
        "rest.graph._kind PATCH => PATCH in a graph|rest.graph._kind DELETE => DELETE in a "
        "graph",
        DOCUMENTED,
        f"{_REST}, Composite Graph",
        "nodes of a graph: operations on records and nothing else",
    ),
    row("rest.tree.tree POST => POST /composite/tree/{object}", DOCUMENTED, f"{_REST}, sObject Tree"),
    row(
        "rest.collections.collections POST => POST /composite/sobjects",
        RECORDED,
        "case fls.collections.unknown; case comp.collections.rollback",
    ),
    row(
        "rest.collections.collections PATCH => PATCH /composite/sobjects[/{object}/{field}]",
        RECORDED,
        "case comp.collections.ok",
    ),
    row(
        "rest.collections.collections DELETE => DELETE /composite/sobjects?ids=",
        DOCUMENTED,
        f"{_REST}, sObject Collections",
    ),
    row(
        "rest.collections._retrieve GET => GET /composite/sobjects/{object}?ids=&fields=|"
        "rest.collections._retrieve POST => POST /composite/sobjects/{object}",
        RECORDED,
        "case rec.collections.get.missing",
    ),
    row(
        "rest.uiapi.ui_api GET => GET /ui-api/object-info/{object}",
        RECORDED,
        "case desc.uiapi.unsupported",
        "the keys of an object are documented, what a theme or a layout would add is left out",
    ),
    row(
        "rest.conditional.check_unmodified GET => If-Modified-Since, If-Unmodified-Since on records",
        RECORDED,
        "forcedotcom/SalesforceMobileSDK-Android@50b4c43: RestClientTest.java",
        "texts are assumed",
    ),
    row("rest.subrequests.answer GET => sub-request without a method", ASSUMED, "", "counts as GET"),
)

_PATHS = (
    row(
        "org services => /services|org data => /services/data|rest.router query => /query|"
        "rest.router queryall => /queryAll|rest.query query => /query/{locator}|rest.query "
        "queryall => /queryAll/{locator}|rest.query tooling => /tooling/query/{locator}|"
        "rest.router sobjects => /sobjects|rest.router limits => /limits|rest.limits "
        "recordcount => /limits/recordCount|rest.router composite => /composite|rest.router "
        "batch => /composite/batch|rest.router graph => /composite/graph|rest.router tree => "
        "/composite/tree|login.door services => /services/…|login.door oauth2 => "
        "/services/oauth2/…|rest.router ui-api => /ui-api|rest.uiapi object-info => "
        "/ui-api/object-info|rest.router tooling => /tooling|rest.tooling query => "
        "/tooling/query",
        DOCUMENTED,
        f"{_REST}; UI API Developer Guide; Tooling API Developer Guide",
        "the names of the resources",
    ),
    row(
        "org apexrest => /services/apexrest/{path}",
        RECORDED,
        "case crud.apex_rest_denied",
        "class access decides; that Author Apex opens every class, and the class itself, which "
        "does not run, are ours",
    ),
    row(
        "rest.sobjects describe => GET /sobjects/{object}/describe",
        RECORDED,
        "case desc.account; case crud.unknown.describe",
    ),
    row(
        "rest.uiapi batch => GET /ui-api/object-info/batch/{objects}",
        RECORDED,
        "case desc.uiapi.unsupported",
        "up to 2,000 objects (documented)",
    ),
    row(
        "rest.tooling sobjects => /tooling/sobjects/{object}",
        RECORDED,
        "case crud.invisible.tooling_post",
        "without Author Apex they are not there; with it they are refused as not modelled",
    ),
    row("rest.router wave => /wave", RECORDED, "case crud.feature_not_enabled", "nobody is licensed for it"),
    row(
        "rest.composite composite => /composite/sobjects within /composite|rest.composite "
        "sobjects => sub-requests of /composite|rest.composite query => /query within /composite|"
        "rest.composite queryall => /queryAll within /composite",
        ASSUMED,
        "",
        "records, limits, and 5 queries or collections (documented); any other sub-request is refused",
    ),
    row("rest.batch composite => /composite within a batch", ASSUMED, "", "refused as INVALID_INPUT"),
    row(
        "rest.graph describe => describe within a graph|rest.graph sobjects => /sobjects within a graph",
        DOCUMENTED,
        f"{_REST}, Composite Graph",
        "a graph operates on records and nothing else",
    ),
    row(
        "login.door soap => /services/Soap/u/{version}, /services/Soap/c/{version}",
        RECORDED,
        "case login.soap.ok",
    ),
    row("login.door token => /services/oauth2/token", RECORDED, "case login.oauth.ok_password"),
    row("login.door revoke => /services/oauth2/revoke", DOCUMENTED, "Salesforce Help, Revoke OAuth Tokens"),
    row("login.door userinfo => /services/oauth2/userinfo", RECORDED, "case rest.userinfo_bad_token"),
    row("login.door id => /id/{organization}/{user}", DOCUMENTED, "Salesforce Help, Identity URLs"),
)

_LOGINS = (
    row(
        "SOAP login => SOAP login()",
        RECORDED,
        "case login.soap.ok; case login.soap.invalid_login",
        "versions 31.0 to 64.0 (documented); the order of the checks is assumed",
    ),
    row("SOAP logout => SOAP logout()", ASSUMED, "", "ends the session; the shape of its answer"),
    row(
        "OAuth password => OAuth username-password",
        RECORDED,
        "case login.oauth.ok_password; case login.oauth.auth_failure",
    ),
    row(
        "OAuth client_credentials => OAuth client credentials",
        RECORDED,
        "captured answer, published without a stable address",
        "the refusal without effective scopes is community knowledge",
    ),
    row(
        "OAuth urn:ietf:params:oauth:grant-type:jwt-bearer => OAuth JWT bearer",
        RECORDED,
        "case login.oauth.ok_jwt; case login.oauth.jwt_not_approved; case login.oauth.audience",
    ),
    row(
        "OAuth refresh_token => OAuth refresh token",
        RECORDED,
        "case login.oauth.refresh_expired",
        "no grant hands out a refresh token, so every one is dead",
    ),
)


def endpoint_marks() -> Iterator[Mark]:
    """Yield the marks of methods, paths and logins."""
    yield from rows(Kind.ENDPOINT, _METHODS)
    yield from rows(Kind.PATH, _PATHS)
    yield from rows(Kind.LOGIN, _LOGINS)
