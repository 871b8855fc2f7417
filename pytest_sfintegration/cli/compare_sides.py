"""The two sides of a comparison: a live org by name, or an org built from source."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_sfintegration.cli.live_org import find, target_of
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.target import IntegrationUser, TargetOrg

if TYPE_CHECKING:
    from pytest_sfintegration.orgs.live.target import LiveTarget
    from pytest_sfintegration.sfdx.model import Source

__all__ = ["SOURCE", "Side", "open_side"]

SOURCE = "source:"
_WHY = "sfintegration compare only reads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two orgs. ``about`` says what it is; ``setup`` reads its tables; ``target`` judges matrices.

    ``source`` is what an org is built from; ``problems`` keep it from telling all of its containers.
    """

    name: str
    about: str
    org_id: str
    kind: str
    setup: OrgClient
    target: TargetOrg
    source: "Source | None" = None

    @property
    def problems(self) -> list[str]:
        """What is wrong in the source, as sentences."""
        found = () if self.source is None else self.source.problems
        return [str(one) for one in found if one.severity == "error"]

    @property
    def described(self) -> dict[str, str]:
        """The org as the JSON document has it."""
        return {"name": self.name, "org_id": self.org_id, "kind": self.kind}


def open_side(name: str, arguments: Namespace, users: Path | None) -> Side:
    """Return an org, logged in to. Raise OrgError, SourceError or MatrixErrors when it is not to be had."""
    if name.startswith(SOURCE):
        return _from_source(name, users)
    return _live(name, arguments)


def _live(name: str, arguments: Namespace) -> Side:
    target: LiveTarget = target_of(find(name, arguments.orgs), arguments, only_reading=_WHY)
    org = target.organization
    return Side(
        name=name,
        about=f"{org.name} ({org.id}), {org.kind}",
        org_id=org.id,
        kind=str(org.kind),
        setup=target.setup_client(IntegrationUser(username="")),
        target=target,
    )


def _from_source(name: str, users: Path | None) -> Side:
    from pytest_sfintegration.cli.serve import org_of  # noqa: PLC0415 - the whole org
    from pytest_sfintegration.embedded.specs import SETUP_USERNAME  # noqa: PLC0415 - the same
    from pytest_sfintegration.orgs.client import Budget  # noqa: PLC0415 - the same
    from pytest_sfintegration.orgs.embedded import EmbeddedTarget, client_of  # noqa: PLC0415 - the same
    from pytest_sfintegration.sfdx.project import load_many  # noqa: PLC0415 - the same

    paths = name.removeprefix(SOURCE).split(",")
    source = load_many(paths)
    budget = Budget()
    return Side(
        name=name,
        about="an org built from the source",
        org_id="",
        kind="embedded",
        setup=client_of(org_of(source, users), SETUP_USERNAME, budget),
        target=EmbeddedTarget(source=source, budget=budget),
        source=source,
    )
