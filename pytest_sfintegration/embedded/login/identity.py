"""Who a token belongs to: ``/services/oauth2/userinfo`` and ``/id/ORG/USER``."""

from typing import Any

from pytest_sfintegration.embedded.errors import ApiError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.people import Person
from pytest_sfintegration.embedded.wire import Request, Response
from pytest_sfintegration.embedded.world import World

__all__ = ["bearer", "identity", "userinfo"]


def bearer(request: Request) -> str:
    """Return the access token of the Authorization header, or of the query (jsforce sends both)."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or request.params().get("oauth_token", "")


def userinfo(world: World, request: Request) -> Response:
    """Return the OpenID claims; a dead token gets 403 in plain text: recorded(rest.userinfo_bad_token)."""
    session = world.sessions.find(bearer(request))
    if session is None:
        return Response(status=403, payload="Bad_OAuth_Token", content_type="text/plain;charset=UTF-8")
    person = session.person
    claims = _common(world, person, request.base_url)
    return Response(
        status=200,
        payload={
            "sub": f"{request.base_url}/id/{world.org_id}/{person.id}",
            "preferred_username": person.spec.username,
            "name": person.full_name,
            "email_verified": True,
            "given_name": person.spec.first_name,
            "family_name": person.last_name,
            "zoneinfo": "GMT",
            "profile": f"{request.base_url}/{person.id}",
            **claims,
        },
    )


def identity(world: World, request: Request, org_id: str, user_id: str) -> Response:
    """Return the identity that the ``id`` of a token answer names (Salesforce Help, Identity URLs)."""
    session = world.sessions.find(bearer(request))
    if session is None:
        return Response(status=403, payload="Bad_OAuth_Token", content_type="text/plain;charset=UTF-8")
    person = world.people.by_id(canonical_id(user_id) or "")
    if person is None or person.id != session.person.id or canonical_id(org_id) != world.org_id:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    return Response(
        status=200,
        payload={
            "id": f"{request.base_url}/id/{world.org_id}/{person.id}",
            "asserted_user": True,
            "username": person.spec.username,
            "display_name": person.full_name,
            "first_name": person.spec.first_name,
            "last_name": person.last_name,
            **_common(world, person, request.base_url),
        },
    )


def _common(world: World, person: Person, base_url: str) -> dict[str, Any]:
    data = f"{base_url}/services/data/v{{version}}"
    return {
        "user_id": person.id,
        "organization_id": world.org_id,
        "nickname": person.last_name,
        "email": person.spec.email or person.spec.username,
        "active": person.spec.is_active,
        "is_app_installed": False,
        "user_type": person.spec.user_type.upper(),
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "urls": {
            "rest": f"{data}/",
            "sobjects": f"{data}/sobjects/",
            "query": f"{data}/query/",
            "partner": f"{base_url}/services/Soap/u/{{version}}/{world.org_id[:15]}",
            "enterprise": f"{base_url}/services/Soap/c/{{version}}/{world.org_id[:15]}",
        },
    }
