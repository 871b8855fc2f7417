"""The fixtures: a ladder from settings to sessions; each rung can be overridden."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce

    from pytest_sfintegration.access.ask import Access
    from pytest_sfintegration.access.expect import Expect
    from pytest_sfintegration.access.own_records import OwnRecords
    from pytest_sfintegration.collect.case import JudgedCase
    from pytest_sfintegration.collect.state import State
    from pytest_sfintegration.matrix.model import Matrix
    from pytest_sfintegration.options import Settings
    from pytest_sfintegration.orgs.target import IntegrationUser, TargetOrg

__all__ = [
    "sf_access",
    "sf_case",
    "sf_expect",
    "sf_integration",
    "sf_records",
    "sf_settings",
    "sf_setup",
    "sf_target",
]


def _state(config: pytest.Config) -> "State":
    from pytest_sfintegration.collect.state import state_of  # noqa: PLC0415 - on first use

    return state_of(config)


@contextmanager
def _without_frames() -> Iterator[None]:
    """Tell what is wrong with the set-up in words alone: pytest would show our frames with it."""
    from pytest_sfintegration.orgs.errors import OrgError  # noqa: PLC0415 - on first use

    try:
        yield
    except (pytest.UsageError, OrgError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.fixture(scope="session")
def sf_settings(pytestconfig: pytest.Config) -> "Settings":
    """The settings of the run."""
    return _state(pytestconfig).settings


@pytest.fixture
def sf_target(request: pytest.FixtureRequest, sf_settings: "Settings") -> "TargetOrg":
    """The target org of the test's folder."""
    del sf_settings  # the rung below: overriding it comes first
    with _without_frames():
        return _state(request.config).target(request.path)


def _matrix(request: pytest.FixtureRequest) -> "Matrix":
    """Return the matrix of a test: its case's, its marker's, or the only one in its folder."""
    from pytest_sfintegration.collect.session import case_of  # noqa: PLC0415 - on first use
    from pytest_sfintegration.markers import load, matrix_path, named_matrix  # noqa: PLC0415 - on first use

    state = _state(request.config)
    if (case := case_of(request.node)) is not None:
        return state.matrix(case.path)
    return load(state, matrix_path(named_matrix(request.node), request.path, request.node.nodeid))


def _user(request: pytest.FixtureRequest) -> "IntegrationUser":
    from pytest_sfintegration.checks.run import user_of  # noqa: PLC0415 - on first use

    return user_of(_matrix(request))


@pytest.fixture
def sf_setup(request: pytest.FixtureRequest, sf_target: "TargetOrg") -> "Salesforce":
    """A simple-salesforce client logged in as the setup user."""
    with _without_frames():
        return sf_target.setup_salesforce(_user(request))


@pytest.fixture
def sf_integration(request: pytest.FixtureRequest, sf_target: "TargetOrg") -> "Salesforce":
    """A simple-salesforce client logged in as the integration user."""
    with _without_frames():
        return sf_target.user_salesforce(_user(request))


@pytest.fixture
def sf_access(request: pytest.FixtureRequest, sf_target: "TargetOrg") -> "Access":
    """What the integration user may do: ``can("create", "Account")``, ``why("edit", "Account.Phone")``."""
    from pytest_sfintegration.access.ask import Access  # noqa: PLC0415 - on first use

    with _without_frames():
        user = _user(request)
        return Access(setup=sf_target.setup_client(user), user=sf_target.user_client(user))


@pytest.fixture
def sf_records(request: pytest.FixtureRequest, sf_target: "TargetOrg") -> "Iterator[OwnRecords]":
    """Valid records, made by the setup user, owned by the integration user, removed after the test."""
    from pytest_sfintegration.access.own_records import OwnRecords  # noqa: PLC0415 - on first use

    with _without_frames():
        user = _user(request)
        records = OwnRecords(setup=sf_target.setup_client(user), username=user.username)
    yield records
    with _without_frames():
        left = records.remove_all()
    if left:
        pytest.fail(f"records of ours are left in the org: {'; '.join(left)}", pytrace=False)


@pytest.fixture
def sf_expect(request: pytest.FixtureRequest, sf_target: "TargetOrg") -> "Expect":
    """Expectations: ``with sf_expect.denied("create", "Account"): ...`` passes on permission denials only."""
    from pytest_sfintegration.access.expect import Expect  # noqa: PLC0415 - on first use

    with _without_frames():
        user = _user(request)
        return Expect(setup=sf_target.setup_client(user), user=sf_target.user_client(user))


@pytest.fixture
def sf_case(request: pytest.FixtureRequest, sf_target: "TargetOrg") -> "JudgedCase":
    """The row or cell of the matrix that a generated test stands for, judged before its body runs."""
    from pytest_sfintegration.collect.case import JudgedCase  # noqa: PLC0415 - on first use

    case = getattr(request, "param", None)
    if case is None:
        pytest.fail(
            f"{request.node.nodeid}: sf_case comes from a marker: put sf_matrix, sf_crud, sf_fields or "
            "sf_blocked on the test",
            pytrace=False,
        )
    return JudgedCase(case=case, state=_state(request.config), target=sf_target)
