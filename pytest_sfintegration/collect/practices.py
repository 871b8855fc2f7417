"""What the source and the run know of the checklist, and no org tells."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

from pytest_sfintegration.access.practices.facts import SuiteUsers
from pytest_sfintegration.access.practices.hints import (
    AppHints,
    PracticeHints,
    SessionHints,
    refresh_policy,
)

if TYPE_CHECKING:
    from pytest_sfintegration.matrix.model import Matrix
    from pytest_sfintegration.sfdx.model import ConnectedApp, ExternalClientApp, Source

__all__ = ["practice_hints", "suite_users"]


def practice_hints(source: "Source | None") -> PracticeHints:
    """Return session settings and apps as the source declares them; sessions by profile, case folded."""
    if source is None:
        return PracticeHints()
    return PracticeHints(
        source=True,
        sessions={
            name: SessionHints(timeout=one.timeout, path=_shown(one.path))
            for name, one in source.session_settings.items()
        },
        apps=(
            *(_connected(one) for one in source.connected_apps.values()),
            *(_external(one) for one in source.external_client_apps.values()),
        ),
    )


def _connected(app: "ConnectedApp") -> AppHints:
    return AppHints(
        names=(app.name, app.label),
        kind="connected app",
        path=_shown(app.path),
        scopes=app.scopes,
        ip_relaxation=app.ip_relaxation,
        refresh_token=app.refresh_token_policy,
        run_as=app.run_as,
    )


def _external(app: "ExternalClientApp") -> AppHints:
    policy = refresh_policy(app.refresh_token_policy, app.refresh_token_validity, app.refresh_token_unit)
    return AppHints(
        names=(app.name, app.label),
        kind="external client app",
        path=_shown(app.path),
        scopes=app.scopes,
        ip_relaxation=app.ip_relaxation,
        refresh_token=policy,
        run_as=app.run_as,
    )


def _shown(path: str | None) -> str:
    """Return the name of the file alone: messages are the same on every machine."""
    return PurePath(path or "").name


def suite_users(matrix: "Matrix", others: "Iterable[Matrix]") -> SuiteUsers:
    """Return the users of the other matrices of the run."""
    return SuiteUsers(
        others=tuple(
            (one.user.username, one.integration, one.path) for one in others if one.path != matrix.path
        )
    )
