"""Load a source: an SFDX project or a folder in Metadata API format, as one immutable model."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_sfintegration.sfdx.catalogue import Catalogue
from pytest_sfintegration.sfdx.containers import ContainerReader, UserPermissions
from pytest_sfintegration.sfdx.entry import Context
from pytest_sfintegration.sfdx.facts import standard_objects, user_permissions
from pytest_sfintegration.sfdx.garbage import uncollected
from pytest_sfintegration.sfdx.groups import check_groups
from pytest_sfintegration.sfdx.login_model import ConnectedApp, ExternalClientApp
from pytest_sfintegration.sfdx.model import ContainerKind, Open, PermissionContainer, Problem, Source
from pytest_sfintegration.sfdx.objects import assemble
from pytest_sfintegration.sfdx.preauthorised import preauthorised
from pytest_sfintegration.sfdx.problems import Problems, SourceError
from pytest_sfintegration.sfdx.reader import Copy, Reader
from pytest_sfintegration.sfdx.settle import settled_records
from pytest_sfintegration.sfdx.territories import settled_territories, with_territory_fields
from pytest_sfintegration.sfdx.tree import Tree, open_tree, walk

if TYPE_CHECKING:
    from pytest_sfintegration.sfdx.model import ObjectDef

__all__ = ["SourceError", "load", "load_many"]

_NAMED_BY_APPS = {ContainerKind.PROFILE: "profiles", ContainerKind.PERMISSION_SET: "permission_sets"}
_TWICE = "Keep one of the two: they may lie in two package directories or in both formats."


def load(path: Path | str, *, facts: bool = True) -> Source:
    """Load the project, or the folder in either format, at ``path``.

    With ``facts`` the standard objects and user permissions that ship with the plugin are part of the
    model. Raise ``SourceError`` if there is no such folder or no metadata in it; anything wrong within is a
    ``Problem`` of the result.
    """
    return load_many((path,), facts=facts)


def load_many(paths: Iterable[Path | str], *, facts: bool = True) -> Source:
    """Load several roots as one source, such as a project and a folder of profiles beside it."""
    with uncollected():
        return _load(paths, facts=facts)


def _load(paths: Iterable[Path | str], *, facts: bool) -> Source:
    problems = Problems()
    trees = [open_tree(str(path), problems) for path in paths]
    if not trees:
        raise SourceError("No source is named. Name a project folder or one in Metadata API format.")
    namespaces = tuple(dict.fromkeys(tree.namespace for tree in trees if tree.namespace))
    context = Context(problems, tuple(f"{namespace}__" for namespace in namespaces))
    reader = Reader(context)
    seen: set[tuple[int, int]] = set()
    for tree in trees:
        reader.read(walk(tree, seen))
    if not reader.files:
        where = ", ".join(tree.root for tree in trees)
        raise SourceError(
            f"{where}: no metadata that is read (objects, profiles, permission sets, roles, sharing rules, "
            "...). Check the path, packageDirectories and .forceignore."
        )
    return _source(reader, context, trees, namespaces[0] if namespaces else "", facts=facts)


def _source(reader: Reader, context: Context, trees: list[Tree], namespace: str, *, facts: bool) -> Source:
    known: Mapping[str, ObjectDef] = standard_objects() if facts else {}
    known = with_territory_fields(known, reader.records)
    catalogue = Catalogue(*assemble(reader.drafts, known))
    users = UserPermissions(user_permissions() if facts else ())
    containers = {
        kind: {
            name: _container(name, kind, copies, context=context, catalogue=catalogue, users=users)
            for name, copies in found.items()
            if copies
        }
        for kind, found in reader.containers.items()
    }
    profiles = {name.casefold(): name for name in containers[ContainerKind.PROFILE]}
    settled = settled_records(reader.records, catalogue, context.problems)
    apps: tuple[ConnectedApp | ExternalClientApp, ...] = (
        *settled.connected_apps.values(),
        *settled.external_client_apps.values(),
    )
    for kind, attribute in _NAMED_BY_APPS.items():
        containers[kind] = preauthorised(containers[kind], apps, attribute, context.problems)
    sharing = reader.sharing_rules(catalogue.spelling)
    check_groups(
        settled.permission_set_groups,
        sets=containers[ContainerKind.PERMISSION_SET],
        muting_sets=containers[ContainerKind.MUTING],
        problems=context.problems,
    )
    territories = settled_territories(reader.records, sharing, context.problems)
    return Source(
        roots=tuple(tree.root for tree in trees),
        namespace=namespace,
        api_version=next((tree.api_version for tree in trees if tree.api_version), None),
        objects=catalogue.all_objects(),
        profiles=containers[ContainerKind.PROFILE],
        permission_sets=containers[ContainerKind.PERMISSION_SET],
        muting_permission_sets=containers[ContainerKind.MUTING],
        permission_set_groups=settled.permission_set_groups,
        roles=settled.roles,
        groups=settled.groups,
        queues=settled.queues,
        sharing_rules=sharing,
        restriction_rules=settled.restriction_rules,
        territories=territories,
        custom_permissions=settled.custom_permissions,
        connected_apps=settled.connected_apps,
        custom_metadata=settled.custom_metadata,
        external_client_apps=settled.external_client_apps,
        session_settings=settled.session_settings,
        apex_classes=frozenset(reader.apex_classes),
        apex_rest=reader.apex_rest,
        flows=frozenset(reader.flows),
        user_permissions=users.names() | ({"ManageTerritories"} if territories.enabled else set()),
        problems=tuple(_spelled(problem, catalogue, profiles) for problem in context.problems),
    )


def _spelled(problem: Problem, catalogue: Catalogue, profiles: Mapping[str, str]) -> Problem:
    """Add the model's spelling where a file has another: ``account.sharingRules``, a profile's name."""
    names = [(catalogue.spelling(name), profiles.get(name.casefold(), name)) for name in problem.about]
    about = problem.about.union(*names)
    return problem if about == problem.about else replace(problem, about=about)


def _container(
    name: str,
    kind: ContainerKind,
    copies: Mapping[str, Copy],
    *,
    context: Context,
    catalogue: Catalogue,
    users: UserPermissions,
) -> PermissionContainer:
    """Read the first declaration of a container; a second one is an error about it."""
    readable = [copy for copy in copies.values() if copy.documents]
    first = next((copy for copy in readable if copy.whole), readable[0] if readable else None)
    for copy in readable:
        if copy is not first and first is not None:
            context.problems.error(
                copy.documents[0].path,
                None,
                f"{kind} {name} is declared twice; first in {os.path.normpath(first.documents[0].path)}.",
                _TWICE,
                (name,),
                leaves_open=Open.RIGHTS,
            )
    if first is None:
        return PermissionContainer(name=name, label=name, kind=kind)
    return ContainerReader(name, kind, context, catalogue, users).read(first.documents)
