"""FileProperties: one row of listMetadata()."""

from xml.sax.saxutils import escape

from pytest_sfintegration.embedded.metadata.components import components
from pytest_sfintegration.embedded.metadata.types import file_name, owning_type
from pytest_sfintegration.embedded.specs import SETUP_USERNAME
from pytest_sfintegration.embedded.values import datetime_text
from pytest_sfintegration.embedded.world import World

__all__ = ["listing"]


def listing(world: World, kind: str) -> list[str] | None:
    """Return the result elements of a metadata type, None for a type that is not modelled.

    Everything was made when the org was built, by the setup user (assumed: a source does not tell).
    """
    found, holder = components(world, kind), owning_type(kind)
    author = world.people.by_username(SETUP_USERNAME)
    if found is None or holder is None or author is None:
        return None
    made = datetime_text(world.built).replace("+0000", "Z")
    rows = []
    for full_name, file, record_id in found:
        texts = {
            "createdById": author.id,
            "createdByName": author.full_name,
            "createdDate": made,
            "fileName": file_name(holder, file),
            "fullName": full_name,
            "id": record_id,
            "lastModifiedById": author.id,
            "lastModifiedByName": author.full_name,
            "lastModifiedDate": made,
            "manageableState": "unmanaged",
            "type": kind,
        }
        rows.append(
            "<result>"
            + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items())
            + "</result>"
        )
    return rows
