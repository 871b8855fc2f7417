"""Flags of a user that stand beside his permissions, and what a refused validation rule advises."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import UserSpec
from pytest_sfintegration.sfdx.model import ContainerKind, ObjectPermission, PermissionContainer, Source


@pytest.mark.parametrize("flag", [True, False])
def test_campaigns_are_created_by_marketing_users_only(source: Source, make_client: Any, flag: bool) -> None:
    grants = PermissionContainer(
        name="Campaigns",
        label="Campaigns",
        kind=ContainerKind.PERMISSION_SET,
        user_permissions=frozenset({"ApiEnabled"}),
        objects={"Campaign": ObjectPermission(create=True, read=True, edit=True)},
    )
    source = replace(source, permission_sets={**source.permission_sets, "Campaigns": grants})
    user = UserSpec(
        username="u@embedded.example", profile="Nobody", permission_sets=("Campaigns",), marketing_user=flag
    )
    client = make_client(org=EmbeddedOrg(source, (user,)), username=user.username)
    response = client("POST", "/sobjects/Campaign", {"Name": "A"})
    described = client("GET", "/sobjects/Campaign/describe").payload
    assert described["createable"] is flag
    if flag:
        assert response.status == 201
        return
    assert (response.status, response.payload[0]["errorCode"], response.payload[0]["message"]) == (
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "entity type cannot be inserted: Campaign",
    )


def test_validation_rule_advises_what_a_user_can_do(setup: Any) -> None:
    refused = setup("POST", "/sobjects/Guarded__c", {"Name": "A"}).payload[0]
    assert refused["errorCode"] == "NOT_SUPPORTED_BY_EMBEDDED_ORG"
    assert "skip_validation_rules" not in refused["message"]
    assert "Deactivate the rules in a copy of the source" in refused["message"]
