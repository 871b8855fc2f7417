"""Unmodified simple-salesforce through the transport adapter: login flows, records, describe, exceptions."""

from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from simple_salesforce import Salesforce, SalesforceAuthenticationFailed, exceptions

from pytest_sfintegration.embedded.adapter import mount
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import ConnectedAppSpec, UserSpec

INTEGRATION = "integration@embedded.example"


@pytest.fixture
def session(org: EmbeddedOrg) -> requests.Session:
    session = requests.Session()
    mount(session, org)
    return session


@pytest.fixture
def soap(session: requests.Session) -> Salesforce:
    return Salesforce(username=INTEGRATION, password="secret-1", security_token="TOKEN", session=session)


def test_soap_login_gives_a_session_on_the_org(soap: Salesforce) -> None:
    assert soap.sf_instance == "embedded.my.salesforce.com"
    assert len(soap.query("SELECT Id FROM User")["records"]) == 3


def test_wrong_password_is_an_authentication_failure(session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        Salesforce(username=INTEGRATION, password="wrong", security_token="", session=session)
    assert caught.value.code == "INVALID_LOGIN"


def test_oauth_flows_give_sessions(org: EmbeddedOrg, session: requests.Session) -> None:
    org.add_connected_app(
        ConnectedAppSpec(name="App", consumer_key="key", consumer_secret="s3cret", run_as=INTEGRATION)
    )
    by_password = Salesforce(
        username=INTEGRATION,
        password="secret-1TOKEN",
        consumer_key="key",
        consumer_secret="s3cret",
        session=session,
    )
    by_credentials = Salesforce(
        consumer_key="key", consumer_secret="s3cret", domain="embedded.my", session=session
    )
    for client in (by_password, by_credentials):
        info = client.oauth2("userinfo")
        assert info["preferred_username"] == INTEGRATION


def test_jwt_flow_gives_a_session(source: Any) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    profile = "Minimum Access - API Only Integrations"
    users = [UserSpec(username=INTEGRATION, profile=profile, permission_sets=("Sync",))]
    org = EmbeddedOrg(source, users, now=lambda: datetime.now(UTC))
    org.add_connected_app(
        ConnectedAppSpec(
            name="App",
            consumer_key="key",
            certificate=public.decode(),
            admin_approved_only=True,
            permission_sets=("Sync",),
        )
    )
    session = requests.Session()
    mount(session, org)
    client = Salesforce(username=INTEGRATION, consumer_key="key", privatekey=pem.decode(), session=session)
    assert client.query("SELECT Id FROM Account")["totalSize"] == 0


def test_record_life_cycle(soap: Salesforce) -> None:
    made = soap.Property__c.create({"Name": "Villa", "Code__c": "v1"})
    record_id = made["id"]
    assert soap.Property__c.get(record_id)["Name"] == "Villa"
    assert soap.Property__c.get_by_custom_id("Code__c", "v1")["Id"] == record_id
    assert soap.Property__c.update(record_id, {"Name": "House"}) == 204
    assert soap.Property__c.upsert("Code__c/v1", {"Name": "Flat"}) == 200
    assert soap.Property__c.upsert("Code__c/v2", {"Name": "New"}) == 201
    assert soap.query("SELECT COUNT() FROM Property__c")["totalSize"] == 2
    assert soap.Property__c.delete(record_id) == 204
    assert soap.query("SELECT Id FROM Property__c", include_deleted=True)["totalSize"] == 2


def test_describe_speaks_for_the_user(soap: Salesforce) -> None:
    names = {each["name"] for each in soap.describe()["sobjects"]}
    assert {"Account", "Contact", "Property__c"} <= names
    assert not {"Hidden__c", "PermissionSet"} & names
    fields = {each["name"]: each for each in soap.Property__c.describe()["fields"]}
    assert "Secret__c" not in fields
    assert (fields["Note__c"]["createable"], fields["Note__c"]["updateable"]) == (False, False)
    assert (fields["Price__c"]["createable"], fields["Price__c"]["updateable"]) == (True, True)
    assert soap.Property__c.metadata()["objectDescribe"]["updateable"] is True
    assert soap.Contact.metadata()["objectDescribe"]["createable"] is False


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda sf: sf.Contact.create({"LastName": "x"}), exceptions.SalesforceMalformedRequest),
        (lambda sf: sf.Hidden__c.create({}), exceptions.SalesforceResourceNotFound),
        (lambda sf: sf.query("SELECT Id FROM Hidden__c"), exceptions.SalesforceMalformedRequest),
        (lambda sf: sf.Account.delete("001000000000000AAA"), exceptions.SalesforceRefusedRequest),
        (lambda sf: sf.restful("recent"), exceptions.SalesforceGeneralError),
    ],
)
def test_refusals_are_the_clients_own_exceptions(soap: Salesforce, act: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        act(soap)


def test_dead_session_logs_in_again_by_itself(soap: Salesforce, org: EmbeddedOrg) -> None:
    org.world.sessions.close(soap.session_id)
    assert soap.query("SELECT Id FROM Account")["totalSize"] == 0


def test_usage_is_counted(soap: Salesforce) -> None:
    soap.query("SELECT Id FROM Account")
    soap.query("SELECT Id FROM Account")
    assert soap.api_usage["api-usage"].used == 2
    with pytest.raises(exceptions.SalesforceRefusedRequest):  # reading limits takes View Setup
        soap.limits()
