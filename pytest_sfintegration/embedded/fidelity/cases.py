"""The recorded and documented answers that tests of the embedded org repeat, with where each was published.

A case is a test of ``tests/embedded``; its id stands in ``Mark.source`` behind the word ``case``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pytest_sfintegration.embedded.fidelity.mark import Standing

__all__ = ["CASES", "STANDINGS"]

_SFORCE = "simple-salesforce/simple-salesforce@9e96476: simple_salesforce/tests"
_PYAPI = "felixlindstrom/python-salesforce-api@b8022d7: tests/data/login"
_CCI = "SFDO-Tooling/CumulusCI@598cda5: cumulusci"
_RESTFORCE = "restforce/restforce@1f640b2: spec/fixtures"
_DJANGO = "django-salesforce/django-salesforce@774a1bd"
_ANDROID = "forcedotcom/SalesforceMobileSDK-Android@50b4c43: RestClientTest.java"
_IOS = "forcedotcom/SalesforceMobileSDK-iOS@aea9bf3: SalesforceRestAPITests.m"
_AUDIT = "j-schreiber/js-sf-cli-security-audit@e9d8a08: test/mocks/data"
_JSFORCE = "jsforce/jsforce@e744dad: test"
_DOWNLOADER = "mannharleen/salesforce-data-downloader: README.md"
_CAPTURE = "captured answer, published without a stable address"

CASES: Mapping[str, str] = MappingProxyType(
    {
        "api.disabled.org": "restforce/restforce issue 219",
        "comp.badref": f"{_CCI}/tasks/salesforce/tests/test_composite.py",
        "comp.batch.errors": _CAPTURE,
        "comp.collections.limit": "by analogy with the documented limit of 200 records",
        "comp.collections.ok": f"{_CCI}/tasks/bulkdata/tests/cassettes/TestUpsert (external id, REST)",
        "comp.collections.rollback": f"{_ANDROID}; {_IOS}",
        "comp.graph.fail": _CAPTURE,
        "comp.graph.limit": _CAPTURE,
        "crud.apex_rest_denied": "restforce/restforce issue 599",
        "crud.create.denied.rest": f"{_DJANGO}: wiki/Error-messages.md",
        "crud.feature_not_enabled": _CAPTURE,
        "crud.get.no_read": "by analogy with an unknown object",
        "crud.invisible.tooling_post": "jamesward/salesforce-webhook-creator issue 31",
        "crud.method_not_allowed": "omniphx/forrest issue 191",
        "crud.post.no_read": "by analogy with an unknown object",
        "crud.record_type_not_available": _CAPTURE,
        "crud.unknown.describe": f"{_CCI}/core/config/tests/test_config.py",
        "crud.unknown.sobject_get": f"{_CCI}/utils/http/tests/cassettes/TestCompositeParallelSalesforce",
        "crud.unknown.sobject_post": f"{_DJANGO}: tests/test_mock2/test_rec.py",
        "crud.update.denied.rest": _CAPTURE,
        "delete.ok": f"{_DJANGO}: tests/test_mock2/test_rec.py",
        "desc.account": f"{_CCI}/tests/shared_cassettes/GET_sobjects_Account_describe.yaml",
        "desc.if_modified_since": f"{_CCI}/utils/http/tests/cassettes/ManualEditTestComposite…http_headers",
        "desc.no_query": _DOWNLOADER,
        "desc.org_owd": f"{_CCI}/tests/shared_cassettes/GET_sobjects_Organization.yaml",
        "desc.reified.EntityParticle": _DOWNLOADER,
        "desc.reified.FieldDefinition": _DOWNLOADER,
        "desc.reified.RelationshipInfo": _DOWNLOADER,
        "desc.reified.UserEntityAccess": _DOWNLOADER,
        "desc.reified.UserFieldAccess": _DOWNLOADER,
        "desc.uiapi.unsupported": "adapter tests of Lightning Data Service (UI API object-info)",
        "fls.badnames": "django-salesforce/django-salesforce issue 283",
        "fls.collections.unknown": _ANDROID,
        "fls.extid.not_accessible": f"{_RESTFORCE}/sobject/upsert_error_response.json",
        "fls.soql.hidden": (
            f"{_CCI}/tasks/salesforce/tests/test_custom_settings_wait.py; "
            "kerryland/stuntbyte-sftools@0edf129: GrantTests.java (cause)"
        ),
        "fls.write.readonly": "verbb/formie issue 1981",
        "fls.write.readonly.many": "SalesforceCommerceCloud/b2c-crm-sync issue 272",
        "limits.daily": _CAPTURE,
        "login.oauth.app_not_found": _CAPTURE,
        "login.oauth.audience": "salesforce.stackexchange.com question 184363",
        "login.oauth.auth_failure": f"{_PYAPI}/oauth/invalid_grant.txt",
        "login.oauth.cc_no_scope": "a blog that quotes the release notes of Winter '26",
        "login.oauth.invalid_client_id": f"{_PYAPI}/oauth/invalid_client_id.txt",
        "login.oauth.invalid_client_secret": "restforce/restforce issue 338",
        "login.oauth.ip_restricted": "SFDO-Tooling/MetaDeploy: metadeploy/tests/views.py",
        "login.oauth.jwt_not_approved": "salesforce.stackexchange.com question 207685",
        "login.oauth.ok_jwt": f"{_SFORCE}/__init__.py",
        "login.oauth.ok_password": f"{_RESTFORCE}/auth_success_response.json",
        "login.oauth.refresh_expired": f"{_RESTFORCE}/refresh_error_response.json",
        "login.soap.api_disabled": _CAPTURE,
        "login.soap.invalid_login": f"{_SFORCE}/test_login.py; {_PYAPI}/soap/invalid_login.txt",
        "login.soap.must_use_token": f"{_PYAPI}/soap/missing_token.txt",
        "login.soap.no_any_api_auth": "SOAP API Developer Guide, login()",
        "login.soap.ok": f"{_SFORCE}/__init__.py; {_PYAPI}/soap/success.txt",
        "login.soap.restricted_ip": "SOAP API Developer Guide, ExceptionCode",
        "login.soap.retired_version": "SOAP API Developer Guide, API end-of-life",
        "login.soap.session_invalid": f"{_CCI}/tasks/salesforce/tests/test_profiles.py",
        "meta.license_gate": _CAPTURE,
        "meta.profile_ip_ranges": f"{_AUDIT}/profiles-metadata",
        "meta.psa_create": f"{_CCI}/tasks/salesforce/users/tests/test_permsets.py",
        "rec.collections.get.missing": f"{_ANDROID}; {_IOS}",
        "rec.delete.nonexistent": f"{_DJANGO}: salesforce/tests/test_integration.py",
        "rec.get.bogus": f"{_IOS}; {_RESTFORCE}/sobject/sobject_find_error_response.json",
        "rec.get.deleted": f"{_ANDROID}; {_IOS}",
        "rec.get.not_shared": "REST API Developer Guide, Status Codes and Error Responses",
        "rec.multi_extid": f"{_RESTFORCE}/sobject/upsert_multiple_error_response.json",
        "rec.patch.invisible": "by analogy with reading the record",
        "rec.patch.readonly": "agentforceaccess.com (code and text; the status is in doubt)",
        "rec.ura.query": "Object Reference, UserRecordAccess",
        "rec.ura.select_rule": _DOWNLOADER,
        "rec.xref.denied": "SalesforceLabs/survey-force issue 73",
        "rest.session_expired": f"{_RESTFORCE}/expired_session_response.json; {_ANDROID}",
        "rest.session_not_valid_for_api": f"{_JSFORCE}/http-api.test.ts",
        "rest.userinfo_bad_token": "kevinohara80/nforce@5b2ee1b: index.js",
        "rest.xml_oauth_fault": f"{_DJANGO}: tests/test_mock/test_data.py",
        "update.ok": f"{_DJANGO}: tests/test_mock2/test_rec.py",
    }
)
# Every other case is recorded.
STANDINGS: Mapping[str, Standing] = MappingProxyType(
    {
        "comp.collections.limit": Standing.ASSUMED,
        "crud.get.no_read": Standing.ASSUMED,
        "crud.post.no_read": Standing.ASSUMED,
        "login.oauth.cc_no_scope": Standing.COMMUNITY,
        "login.soap.no_any_api_auth": Standing.DOCUMENTED,
        "login.soap.restricted_ip": Standing.DOCUMENTED,
        "login.soap.retired_version": Standing.DOCUMENTED,
        "meta.psa_create": Standing.COMMUNITY,
        "rec.get.not_shared": Standing.DOCUMENTED,
        "rec.patch.invisible": Standing.ASSUMED,
        "rec.patch.readonly": Standing.COMMUNITY,
        "rec.ura.query": Standing.DOCUMENTED,
    }
)
