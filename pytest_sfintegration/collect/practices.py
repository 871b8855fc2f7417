"""What the source and the run know of the checklist, and no org tells."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_sfintegration.access.practices.facts import SuiteUsers
from pytest_sfintegration.access.practices.hints import AppHints, PracticeHints

if TYPE_CHECKING:
    from pytest_sfintegration.matrix.model import Matrix
    from pytest_sfintegration.sfdx.model import Source

__all__ = ["practice_hints", "suite_users"]


def practice_hints(source: "Source | None") -> PracticeHints:
    """Return session settings and apps as the source declares them."""
    if source is None:
        return PracticeHints()
    return PracticeHints(
        source=True,
        apps=tuple(
            AppHints(
                names=(one.name, one.label),
                kind="connected app",
                path=one.path or "",
                admin_approved_only=one.admin_approved_only,
                profiles=one.profiles,
                permission_sets=one.permission_sets,
                scopes=one.scopes,
                ip_relaxation=one.ip_relaxation,
            )
            for one in source.connected_apps.values()
        ),
    )


def suite_users(matrix: "Matrix", others: "Iterable[Matrix]") -> SuiteUsers:
    """Return the users of the other matrices of the run."""
    return SuiteUsers(
        others=tuple(
            (one.user.username, one.integration, one.path) for one in others if one.path != matrix.path
        )
    )
