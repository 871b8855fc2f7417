"""Records of our own: made valid by the setup user, known by id, removed at the end."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_sfintegration.orgs.client import OrgClient, Reply
from pytest_sfintegration.orgs.describe import ObjectFacts
from pytest_sfintegration.orgs.errors import ApiError, OrgError, UnknownOutcomeError
from pytest_sfintegration.orgs.fake import fake_value
from pytest_sfintegration.orgs.packing import creations

__all__ = ["Made", "Recipe", "RecordMaker"]

_DEPTH = 5
"""Parents of parents that are made before a required reference is given up."""

_GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What to make: an object, given values, and the user who is to own it (None: the setup user)."""

    object: str
    values: Mapping[str, Any] = field(default_factory=dict)
    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The outcome of one recipe: the id, or the error that the setup user was given."""

    recipe: Recipe
    id: str | None = None
    error: ApiError | None = None


class RecordMaker:
    """Make records as the setup user. Nothing but what it made is ever removed."""

    def __init__(
        self, *, setup: OrgClient, describe: Callable[[Sequence[str]], Mapping[str, ObjectFacts | None]]
    ) -> None:
        self._setup = setup
        self._describe = describe
        self._ids: list[str] = []

    def make(self, recipes: Sequence[Recipe], *, purpose: str) -> list[Made]:
        """Make one record a recipe, required parents first; failures come back as values."""
        return self.make_of(recipes, self.bodies(recipes, purpose=purpose), purpose=purpose)

    def bodies(self, recipes: Sequence[Recipe], *, purpose: str) -> list[Mapping[str, Any] | ApiError]:
        """Return valid bodies without making the records themselves; their required parents are made."""
        return self._bodies(recipes, purpose, depth=0)

    def announce(self, records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Note records that a user is about to make by way of trial; return them, marked as ours.

        A marker stands only in a field that field-level security cannot deny, or that the record has anyway:
        the trial is of the same right as without it.
        """
        keeper = self._setup.keeper
        if keeper is None:
            return list(records)
        facts = self._describe(sorted({one["attributes"]["type"] for one in records}))
        kept = [_deniable(one, facts[one["attributes"]["type"]]) for one in records]
        return keeper.begin(records, given=kept, facts=facts)

    def undone(self, record: Mapping[str, Any]) -> None:
        """Note that an announced record was not made, or taken back by the org."""
        if self._setup.keeper is not None:
            self._setup.keeper.refused(record)

    def left(self, record: Mapping[str, Any], record_id: str) -> None:
        """Take over an announced record that the org kept: it is removed with the others."""
        self._ids.append(record_id)
        if self._setup.keeper is not None:
            self._setup.keeper.made(record, record_id)

    def adopt(self, record_id: str) -> None:
        """Take over a record of ours that the org kept against its promise: it is removed with the others."""
        self._ids.append(record_id)
        if self._setup.keeper is not None:
            self._setup.keeper.adopted(record_id)

    def make_of(
        self, recipes: Sequence[Recipe], bodies: Sequence[Mapping[str, Any] | ApiError], *, purpose: str
    ) -> list[Made]:
        """Make one record of each body that ``bodies`` returned for its recipe."""
        made: dict[int, Made] = {}
        wanted: list[tuple[int, Mapping[str, Any]]] = []
        for index, (recipe, body) in enumerate(zip(recipes, bodies, strict=True)):
            if isinstance(body, ApiError):
                made[index] = Made(recipe=recipe, error=body)
            else:
                wanted.append((index, {"attributes": {"type": recipe.object}, **body}))
        wanted.sort(key=lambda pair: pair[1]["attributes"]["type"])
        given = [recipes[index].values for index, _ in wanted]
        replies = self._create([body for _, body in wanted], given, purpose)
        for (index, _), reply in zip(wanted, replies, strict=True):
            recipe = recipes[index]
            if reply.ok:
                made[index] = Made(recipe=recipe, id=reply.payload["id"])
            else:
                made[index] = Made(recipe=recipe, error=reply.error())
        return [made[index] for index in range(len(recipes))]

    def _create(
        self, bodies: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], purpose: str
    ) -> list[Reply]:
        """Create call by call: what one call made is known before the next is sent."""
        keeper = self._setup.keeper
        replies: list[Reply] = []
        for chunk in creations(bodies):
            marked: Sequence[Mapping[str, Any]] = chunk
            if keeper is not None:
                facts = self._describe(sorted({one["attributes"]["type"] for one in chunk}))
                names = given[len(replies) : len(replies) + len(chunk)]
                marked = keeper.begin(chunk, given=names, facts=facts)
            try:
                answers = self._setup.create(marked, purpose=purpose)
            except OrgError as error:
                if keeper is not None and not isinstance(error, UnknownOutcomeError):
                    for record in marked:
                        keeper.refused(record)
                raise
            for record, reply in zip(marked, answers, strict=True):
                if reply.ok:
                    self._ids.append(reply.payload["id"])
                    if keeper is not None:
                        keeper.made(record, reply.payload["id"])
                elif keeper is not None:
                    keeper.refused(record)
            replies.extend(answers)
        return replies

    def _bodies(
        self, recipes: Sequence[Recipe], purpose: str, depth: int
    ) -> list[Mapping[str, Any] | ApiError]:
        facts = self._describe(sorted({one.object for one in recipes}))
        plans = [_Plan.of(one, facts.get(one.object)) for one in recipes]
        parents = list(
            dict.fromkeys(
                (target, plan.recipe.owner_id)
                for plan in plans
                for target in plan.parents.values()
                if target != "User"
            )
        )
        if parents and depth >= _DEPTH:
            return [
                _refused(one, f"its required parents are nested more than {_DEPTH} deep") for one in recipes
            ]
        made: dict[tuple[str, str | None], Made] = {}
        if parents:
            wanted = [Recipe(object=target, owner_id=owner) for target, owner in parents]
            inner = self._bodies(wanted, purpose, depth + 1)
            made = dict(zip(parents, self.make_of(wanted, inner, purpose=purpose), strict=True))
        return [plan.fill(made) for plan in plans]

    def remove_all(self, *, purpose: str) -> list[ApiError]:
        """Remove what was made, children before parents; return what could not be removed."""
        left = list(reversed(self._ids))
        self._ids.clear()
        keeper = self._setup.keeper
        try:
            replies = self._setup.delete(left, purpose=purpose) if left else []
        except OrgError as error:
            remedy = "" if keeper is None else f"; {keeper.left_behind(len(left))}"
            return [ApiError(status=0, code="NOT_REMOVED", message=f"{error}{remedy}")]
        gone = [one for one, reply in zip(left, replies, strict=True) if reply.ok or _is_gone(reply)]
        if keeper is not None:
            keeper.removed(gone)
        return [reply.error() for reply in replies if not reply.ok and not _is_gone(reply)]


def _deniable(record: Mapping[str, Any], facts: ObjectFacts | None) -> list[str]:
    fields = () if facts is None else facts.fields.values()
    return [one.name for one in fields if one.permissionable and one.name not in record]


def _is_gone(reply: Reply) -> bool:
    return reply.error().code in _GONE


def _refused(recipe: Recipe, why: str) -> ApiError:
    return ApiError(
        status=0, code="CANNOT_MAKE_RECORD", message=f"no valid {recipe.object} can be made: {why}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """The values of one record to be, and the parents that it still needs (field -> object)."""

    recipe: Recipe
    values: Mapping[str, Any]
    parents: Mapping[str, str]
    trouble: ApiError | None = None

    @classmethod
    def of(cls, recipe: Recipe, facts: ObjectFacts | None) -> "_Plan":
        if facts is None:
            trouble = _refused(recipe, "the setup user does not see the object")
            return cls(recipe=recipe, values={}, parents={}, trouble=trouble)
        values = dict(recipe.values)
        parents: dict[str, str] = {}
        owner = facts.fields.get("OwnerId")
        if recipe.owner_id is not None and owner is not None and owner.createable:
            values.setdefault("OwnerId", recipe.owner_id)
        for one in facts.fields.values():
            if not one.required or one.name in values:
                continue
            if one.type == "reference":
                parents[one.name] = _target(one.reference_to)
                continue
            value = fake_value(one)
            if value is None:
                trouble = _refused(recipe, f"the required field {one.name} has type {one.type}")
                return cls(recipe=recipe, values={}, parents={}, trouble=trouble)
            values[one.name] = value
        return cls(recipe=recipe, values=values, parents=parents)

    def fill(self, made: Mapping[tuple[str, str | None], Made]) -> Mapping[str, Any] | ApiError:
        if self.trouble is not None:
            return self.trouble
        values = dict(self.values)
        for name, target in self.parents.items():
            if target == "User":
                values[name] = self.recipe.owner_id
                continue
            parent = made[target, self.recipe.owner_id]
            if parent.id is None:
                return parent.error or _refused(self.recipe, f"no {target} for {name}")
            values[name] = parent.id
        return values


def _target(targets: Iterable[str]) -> str:
    """Return the object to make for a required reference: the first that is no setup object."""
    names = tuple(targets)
    return next((one for one in names if one not in {"User", "Group"}), names[0] if names else "User")
