"""What a matrix may not say at once, once its bases are merged in."""

from collections.abc import Iterator, Mapping

from pytest_sfintegration.matrix.errors import Kind, MatrixError
from pytest_sfintegration.matrix.model import Named
from pytest_sfintegration.matrix.parts import Part
from pytest_sfintegration.matrix.record_consistency import record_contradictions
from pytest_sfintegration.rights import Location

__all__ = ["contradictions", "double_ignores", "incomplete"]

_Places = Mapping[str, Location]


def incomplete(part: Part) -> Iterator[MatrixError]:
    """Yield what a whole matrix lacks: an integration, its user, anything to expect."""
    if part.integration is None:
        yield _error(
            part.at, "the key 'integration' is missing, here and in the bases.", "Name the integration."
        )
    if "username" not in part.user:
        at = part.user_at or part.at
        yield _error(
            at, "the user's username is missing, here and in the bases.", "Add user: {username: ...}."
        )
    expected = (part.objects, part.user_permissions, part.records, part.blocked)
    if not any(expected) and part.setup_entities is None:
        yield _error(part.at, "the matrix expects nothing.", "Declare objects, user_permissions or blocked.")


def double_ignores(part: Part) -> Iterator[MatrixError]:
    """Yield names that two entries of ``ignore`` leave out; for one file, before bases are merged in."""
    first: dict[tuple[str, str], Location] = {}
    for entry in part.ignore:
        for kind in ("objects", "fields", "user_permissions"):
            for named in getattr(entry, kind):
                other = first.setdefault((kind, named.name), named.at)
                if other is not named.at:
                    message = f"{named.name} is ignored twice, first at {other}."
                    yield MatrixError(
                        at=named.at, message=message, remedy="Remove one of them.", kind=Kind.DUPLICATE
                    )


def contradictions(part: Part) -> Iterator[MatrixError]:
    """Yield what is two of allowed, blocked and ignored; and ``via`` out of reach."""
    blocked = _named(part, "blocked")
    ignored = _named(part, "ignored")
    for how, names in (("blocked", blocked), ("ignored", ignored)):
        for kind, places in names.items():
            for name, at in places.items():
                allowed_at = _allowed_at(part, kind, name)
                if allowed_at is not None:
                    yield _both(kind, name, (how, at), ("allowed", allowed_at))
    for kind, places in ignored.items():
        for name, at in places.items():
            if name in blocked[kind]:
                yield _both(kind, name, ("ignored", at), ("blocked", blocked[kind][name]))
    yield from _entities_allowed_and_blocked(part)
    yield from _all_fields_and_blocked(part)
    yield from _via_out_of_reach(part)
    yield from record_contradictions(part)
    if part.checklist is not None:
        from pytest_sfintegration.matrix.checklist.rules import idle_waivers  # noqa: PLC0415 - few have one

        yield from idle_waivers(part.checklist)


def _allowed_at(part: Part, kind: str, name: str) -> Location | None:
    if kind == "user permission":
        return next((named.at for named in part.user_permissions if named.name == name), None)
    object_name, _, field_name = name.partition(".")
    rule = part.objects.get(object_name)
    if rule is None:
        return None
    if kind == "object":
        return rule.at if rule.access else None
    return None if rule.fields is None else rule.fields.read.get(field_name)


def _named(part: Part, how: str) -> dict[str, _Places]:
    sources = (part.blocked,) if how == "blocked" else part.ignore
    return {
        "object": _places(named for source in sources for named in source.objects),
        "field": _places(named for source in sources for named in source.fields),
        "user permission": _places(named for source in sources for named in source.user_permissions),
    }


def _places(names: Iterator[Named] | tuple[Named, ...]) -> _Places:
    return {named.name: named.at for named in names}


def _both(kind: str, name: str, here: tuple[str, Location], there: tuple[str, Location]) -> MatrixError:
    message = f"the {kind} {name} is {here[0]} here and {there[0]} at {there[1]}."
    return _contradiction(here[1], message, "Remove one of them.")


def _entities_allowed_and_blocked(part: Part) -> Iterator[MatrixError]:
    if part.setup_entities is None:
        return
    allowed = part.setup_entities.by_kind()
    for kind, names in part.blocked.setup_entities.by_kind().items():
        places = _places(allowed[kind])
        for named in names:
            if named.name in places:
                yield _both(kind, named.name, ("blocked", named.at), ("allowed", places[named.name]))


def _all_fields_and_blocked(part: Part) -> Iterator[MatrixError]:
    for named in part.blocked.fields:
        rule = part.objects.get(named.name.partition(".")[0])
        if rule is not None and rule.fields is not None and rule.fields.all_read:
            message = (
                f"the field {named.name} is blocked here and every field is allowed at {rule.fields.at}."
            )
            yield _contradiction(named.at, message, "List the fields instead of all, or unblock this one.")


def _via_out_of_reach(part: Part) -> Iterator[MatrixError]:
    user = part.user
    if user.get("permission_set_groups"):
        return  # any set may come through a group
    profile = user.get("profile")
    reachable = {named.name for named in user.get("permission_sets", ())}
    if profile is not None:
        reachable.add(profile.name)
    for rule in part.objects.values():
        for named in rule.via:
            if named.name not in reachable:
                message = f"via of {rule.object}: the user block does not assign {named.name}."
                remedy = (
                    "Add it to the user's profile, permission_sets or permission_set_groups, or correct via."
                )
                yield _contradiction(named.at, message, remedy)


def _contradiction(at: Location, message: str, remedy: str) -> MatrixError:
    return MatrixError(at=at, message=message, remedy=remedy, kind=Kind.CONTRADICTION)


def _error(at: Location, message: str, remedy: str) -> MatrixError:
    return MatrixError(at=at, message=message, remedy=remedy, kind=Kind.INCOMPLETE)
