"""Ask an org for all that explaining one right takes."""

from difflib import get_close_matches

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.explain import Explanation, Right, explain
from pytest_sfintegration.access.grants import Grant
from pytest_sfintegration.access.licenses import Licenses, license_queries, licenses_of
from pytest_sfintegration.access.nearest import find_nearest
from pytest_sfintegration.access.outside import look_outside
from pytest_sfintegration.access.setup_entities import read_setup_entities
from pytest_sfintegration.access.sharing_reasons import default_in_words
from pytest_sfintegration.access.tables import quoted
from pytest_sfintegration.orgs.client import OrgClient
from pytest_sfintegration.orgs.describe import ObjectFacts, describe_objects
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.rights import FieldRight, ObjectRight, SetupEntityRight, UserPermissionRight

__all__ = ["look_up"]

_PURPOSE = "explanations"


def look_up(setup: OrgClient, configured: Configured, right: Right) -> Explanation:
    """Return why a user holds a right, or why not; raise OrgError for what the setup user does not see."""
    if isinstance(right, SetupEntityRight):
        return _entity(setup, configured, right)
    facts: ObjectFacts | None = None
    model: str | None = None
    if not isinstance(right, UserPermissionRight):
        facts = describe_objects(setup, [right.object])[right.object]
        if facts is None:
            raise OrgError(f"there is no object {right.object} in the org: check its spelling")
        if isinstance(right, FieldRight):
            _require_field(right, facts)
        look_outside(setup, configured, facts)
    if isinstance(right, ObjectRight):
        _require_told(configured, right)
        entity = f"FROM EntityDefinition WHERE QualifiedApiName = {quoted(right.object)}"
        rows = setup.query(f"SELECT InternalSharingModel {entity}", purpose=_PURPOSE)
        model = default_in_words(next((row["InternalSharingModel"] for row in rows), None))
    return explain(
        right,
        configured,
        facts,
        find_nearest(setup, configured, [right]).get(right, ()),
        licenses=_licenses(setup, configured),
        sharing_model=model,
    )


def _require_field(right: FieldRight, facts: ObjectFacts) -> None:
    if right.field not in facts.fields:
        near = get_close_matches(right.field, facts.fields, n=1)
        hint = f"did you mean {near[0]}?" if near else "check its spelling"
        raise OrgError(f"there is no field {right.object}.{right.field} in the org: {hint}")


def _licenses(setup: OrgClient, configured: Configured) -> Licenses:
    return licenses_of(setup.queries(license_queries(configured.user_id), purpose=_PURPOSE))


def _require_told(configured: Configured, right: ObjectRight) -> None:
    outside = configured.outside.get(right.object)
    if outside is not None and right.operation not in outside.answer.yes | outside.answer.no:
        raise OrgError(
            f"no profile or permission set decides of {right}: ask the org as the user itself, by "
            f"sf_access.can({str(right.operation)!r}, {right.object!r})"
        )


def _entity(setup: OrgClient, configured: Configured, right: SetupEntityRight) -> Explanation:
    key = right.kind, right.name
    access = read_setup_entities(setup, configured, {right.kind}, {key})
    if key not in access.existing:
        raise OrgError(f"there is no {right} in the org: check its spelling")
    nearest: tuple[Grant, ...] = access.nearest.get(key, ())
    licenses = _licenses(setup, configured)
    return explain(right, configured, None, nearest, licenses=licenses, entities=access)
