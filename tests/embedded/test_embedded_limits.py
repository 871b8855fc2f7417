"""Who may read the org's limits, and how a token is asked for."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.embedded.wire import Request


def _holding(org: EmbeddedOrg, make_client: Any, *permissions: str) -> Any:
    office = replace(org.world.source.profiles["Office"], user_permissions=frozenset(permissions))
    profiles = {**org.world.source.profiles, "Office": office}
    profiles.pop("System Administrator")
    changed = replace(org.world.source, profiles=profiles)
    user = UserSpec(username="user@embedded.example", profile="Office")
    return make_client(org=EmbeddedOrg(changed, [user]), username=user.username)


@pytest.mark.parametrize("path", ["/limits", "/limits/recordCount"])
def test_limits_take_view_setup(org: EmbeddedOrg, make_client: Any, path: str) -> None:
    """REST API Developer Guide, Limits: "for API users with the View Setup and Configuration permission"."""
    refused = _holding(org, make_client, "ApiEnabled", "ViewAllData")("GET", path, sObjects="Property__c")
    assert (refused.status, refused.payload[0]["errorCode"]) == (403, "FORBIDDEN")
    told = _holding(org, make_client, "ApiEnabled", "ViewSetup")("GET", path, sObjects="Property__c")
    assert told.status == 200


def test_limits_of_storage_take_manage_users(org: EmbeddedOrg, make_client: Any) -> None:
    storage = {"DataStorageMB", "FileStorageMB"}
    told = _holding(org, make_client, "ApiEnabled", "ViewSetup")("GET", "/limits").payload
    assert not storage & set(told)
    told = _holding(org, make_client, "ApiEnabled", "ViewSetup", "ManageUsers")("GET", "/limits").payload
    assert storage <= set(told)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_token_is_asked_for_by_post_only(org: EmbeddedOrg, method: str) -> None:
    query = (
        "grant_type=password&client_id=PlatformCLI&username=integration@embedded.example&password=secret-1"
    )
    answer = org.handle(Request(method=method, path="/services/oauth2/token", query=query))
    assert (answer.status, answer.payload["error"]) == (400, "invalid_request")
    assert not org.world.setup.rows("LoginHistory")
