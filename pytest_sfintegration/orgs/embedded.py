"""The embedded org as a target: built in the process from source, one org per integration user."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pytest_sfintegration.orgs.client import Budget, OrgClient, Reply
from pytest_sfintegration.orgs.errors import TargetError
from pytest_sfintegration.orgs.target import API_VERSION, IntegrationUser
from pytest_sfintegration.sfdx.model import Source

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce

    from pytest_sfintegration.embedded.org import EmbeddedOrg

__all__ = ["EmbeddedTarget", "client_of"]


class EmbeddedTarget:
    """Orgs built from one source tree. Nothing outlives the process."""

    name = "embedded"

    def __init__(self, *, source: Source, budget: Budget) -> None:
        self.budget = budget
        self._source = source
        self._orgs: dict[IntegrationUser, EmbeddedOrg] = {}

    def cap(self, levels: Sequence[str], *, asked: bool) -> int:
        """Return the number of levels: nothing is forbidden in an org of one's own."""
        del asked
        return len(levels)

    def setup_client(self, user: IntegrationUser) -> OrgClient:
        """Return the setup user's session in the org that holds ``user``."""
        from pytest_sfintegration.embedded.specs import SETUP_USERNAME  # noqa: PLC0415 - on first use

        return self._client(user, SETUP_USERNAME)

    def user_client(self, user: IntegrationUser) -> OrgClient:
        """Return a session of the integration user."""
        return self._client(user, user.username)

    def setup_salesforce(self, user: IntegrationUser) -> "Salesforce":
        """Return a simple-salesforce client of the setup user."""
        from pytest_sfintegration.embedded.specs import SETUP_USERNAME  # noqa: PLC0415 - on first use

        return self._salesforce(user, SETUP_USERNAME)

    def user_salesforce(self, user: IntegrationUser) -> "Salesforce":
        """Return a simple-salesforce client of the integration user."""
        return self._salesforce(user, user.username)

    def _client(self, user: IntegrationUser, username: str) -> OrgClient:
        return client_of(self._org(user), username, self.budget)

    def _salesforce(self, user: IntegrationUser, username: str) -> "Salesforce":
        import requests  # noqa: PLC0415 - heavy
        from simple_salesforce.api import Salesforce  # noqa: PLC0415 - a third of a second

        from pytest_sfintegration.embedded import adapter  # noqa: PLC0415 - imports requests

        org = self._org(user)
        session = requests.Session()
        session.trust_env = False
        adapter.mount(session, org)
        session.hooks["response"].append(lambda *_, **__: self.budget.spend("fixtures"))
        return Salesforce(
            session=session,
            session_id=org.login_token(username),
            instance="embedded.my.salesforce.com",
            version=API_VERSION,
        )

    def _org(self, user: IntegrationUser) -> "EmbeddedOrg":
        if user not in self._orgs:
            self._orgs[user] = _build(self._source, user)
        return self._orgs[user]


def client_of(org: "EmbeddedOrg", username: str, budget: Budget) -> OrgClient:
    """Return a session of one of the users of an org in this process."""
    transport = _InProcess(org, org.login_token(username))
    return OrgClient(transport=transport, budget=budget, api_version=API_VERSION, username=username)


def _build(source: Source, user: IntegrationUser) -> "EmbeddedOrg":
    from pytest_sfintegration.embedded.builtin import API_ONLY_PROFILE  # noqa: PLC0415 - with the org
    from pytest_sfintegration.embedded.errors import OrgError  # noqa: PLC0415 - with the org
    from pytest_sfintegration.embedded.org import EmbeddedOrg  # noqa: PLC0415 - only for embedded runs
    from pytest_sfintegration.embedded.specs import UserSpec  # noqa: PLC0415 - with the org

    if user.profile is None:
        raise TargetError(
            f"the embedded org creates {user.username} from the matrix: name its profile under user.profile"
        )
    spec = UserSpec(
        username=user.username,
        profile=user.profile,
        role=user.role,
        license=user.license,
        permission_sets=user.permission_sets,
        permission_set_groups=user.permission_set_groups,
        permission_set_licenses=user.permission_set_licenses,
        public_groups=user.public_groups,
        queues=user.queues,
        territories=user.territories,
    )
    owners = [
        UserSpec(username=f"owner.{role}@embedded.example", profile=API_ONLY_PROFILE, role=role)
        for role in user.owner_roles
    ]
    try:
        return EmbeddedOrg(source, [spec, *owners])
    except OrgError as error:
        raise TargetError(str(error)) from error


class _InProcess:
    """A transport without a network: payloads pass as values."""

    def __init__(self, org: "EmbeddedOrg", token: str) -> None:
        self._org = org
        self._headers = {
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
            "accept": "application/json",
        }

    def send(self, method: str, path: str, body: Any) -> Reply:
        """Hand one request to the org."""
        from pytest_sfintegration.embedded.wire import Request  # noqa: PLC0415 - with the org

        plain, _, query = path.partition("?")
        response = self._org.handle(
            Request(
                method=method,
                path=unquote(plain),
                query=query,
                headers=self._headers,
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )
        return Reply(status=response.status, payload=response.payload)
