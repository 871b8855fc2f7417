"""The connected apps of the org, by consumer key."""

from pytest_sfintegration.embedded.errors import OrgError
from pytest_sfintegration.embedded.people import People, Person
from pytest_sfintegration.embedded.specs import ConnectedAppSpec

__all__ = ["Apps", "is_approved"]


class Apps:
    """Registered apps."""

    def __init__(self) -> None:
        self._by_key: dict[str, ConnectedAppSpec] = {}

    def add(self, app: ConnectedAppSpec, people: People) -> None:
        """Register an app; raises OrgError when the key is taken or ``run_as`` is unknown."""
        if app.consumer_key in self._by_key:
            raise OrgError(
                f"connected app {app.name}: another app has its consumer key. Give each one of its own."
            )
        if app.run_as is not None and people.by_username(app.run_as) is None:
            raise OrgError(f"connected app {app.name}: the org has no user {app.run_as!r} to run as.")
        self._by_key[app.consumer_key] = app

    def find(self, consumer_key: str) -> ConnectedAppSpec | None:
        """Return the app of a consumer key."""
        return self._by_key.get(consumer_key)


def is_approved(app: ConnectedAppSpec, person: Person) -> bool:
    """Tell whether an administrator pre-authorised the user for the app: by profile or permission set."""
    names = {person.profile.name.lower(), person.profile.label.lower()}
    if any(each.lower() in names for each in app.profiles):
        return True
    held = {name.lower() for name in person.spec.permission_sets}
    if any(each.lower() in held for each in app.permission_sets):
        return True
    kinds = ("ConnectedApplication", "ExternalClientApplication")
    return any(app.name in person.permissions.setup_entities(each) for each in kinds)
