"""Everything outside of ``/services/data``: SOAP login, OAuth, identity, and what is not modelled."""
# ruff: noqa: PLR2004 - lengths of paths and HTTP statuses say what they are

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.login.apps import Apps
from pytest_sfintegration.embedded.login.identity import identity, userinfo
from pytest_sfintegration.embedded.login.oauth import OAuth
from pytest_sfintegration.embedded.login.soap import soap
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.embedded.world import World

__all__ = ["LoginDoor"]


class LoginDoor:
    """Answers the login resources."""

    def __init__(self, world: World, apps: Apps) -> None:
        self._world = world
        self._oauth = OAuth(world, apps)

    def answer(self, request: Request, segments: tuple[str, ...]) -> Response:
        """Answer a request outside of the data API; refusals are answers too."""
        try:
            return self._answer(request, segments)
        except ApiError as refused:
            return Response(status=refused.status, payload=refused.body(), headers=refused.headers)

    def _answer(self, request: Request, segments: tuple[str, ...]) -> Response:
        lowered = tuple(each.lower() for each in segments[:3])
        if lowered[:2] == ("services", "soap") and len(segments) >= 4:
            return soap(self._world, request, segments[2].lower(), segments[3])
        if lowered == ("services", "oauth2", "token"):
            return self._oauth.token(request)
        if lowered == ("services", "oauth2", "revoke"):
            return self._oauth.revoke(request)
        if lowered == ("services", "oauth2", "userinfo"):
            return userinfo(self._world, request)
        if segments[:1] == ("id",) and len(segments) == 3:
            return identity(self._world, request, segments[1], segments[2])
        if segments[:1] == ("services",):
            raise NotSupportedError(f"{request.method} {request.path}")
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
