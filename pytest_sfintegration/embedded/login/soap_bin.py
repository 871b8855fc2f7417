"""The recycle bin by SOAP: ``undelete()`` and ``emptyRecycleBin()``, which REST does not have."""

from collections.abc import Callable
from xml.sax.saxutils import escape

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.ids import canonical_id
from pytest_sfintegration.embedded.login.soap_xml import SoapCall
from pytest_sfintegration.embedded.sessions import Session
from pytest_sfintegration.embedded.view import UserView
from pytest_sfintegration.embedded.world import World

__all__ = ["soap_bin"]

_MOST = 200
_Act = Callable[[UserView, str, str], None]


def soap_bin(world: World, session: Session, call: SoapCall) -> str | None:
    """Return the results of a call of the recycle bin, None for any other call.

    Documented: SOAP API Developer Guide, undelete(), UndeleteResult, emptyRecycleBin(), AllOrNoneHeader: up
    to 200 ids (for undelete() assumed, and so is what more of them give), each with a result of its own, and
    all undone where the header says all or none. Raises ApiError where the whole call is refused.
    """
    if call.operation == "undelete":
        act: _Act = world.restoring.undelete
    elif call.operation == "emptyRecycleBin":
        act = world.restoring.empty
    else:
        return None
    if len(call.ids) > _MOST:
        message = f"record limit reached. cannot submit more than {_MOST} records into this call"
        raise ApiError(400, "EXCEEDED_ID_LIMIT", message)
    user = world.view(session.person)
    mark = world.storage.savepoint()
    try:
        refusals = [_refusal(world, user, act, each) for each in call.ids]
    except NotSupportedError:
        world.storage.rollback(mark)
        raise
    if call.all_or_none and call.operation == "undelete" and any(refusals):
        world.storage.rollback(mark)
        refusals = [each or _rolled_back() for each in refusals]
    results = "".join(_result(each, why) for each, why in zip(call.ids, refusals, strict=True))
    return f"<{call.operation}Response>{results}</{call.operation}Response>"


def _refusal(world: World, user: UserView, act: _Act, text: str) -> ApiError | None:
    """Do it to one record, and return why it may not be done."""
    record_id = canonical_id(text)
    name = world.object_of_prefix.get(text[:3])
    if record_id is None or name is None:
        return ApiError(400, "MALFORMED_ID", f"malformed id {text}", [])
    if user.object(name) is None:
        return ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
    try:
        act(user, name, record_id)
    except NotSupportedError:
        raise  # not a refusal: the answer would be a guess
    except ApiError as refused:
        return refused
    return None


def _rolled_back() -> ApiError:
    message = (
        "Record rolled back because not all records were valid and the request was using AllOrNone header"
    )
    return ApiError(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", message, [])


def _result(text: str, refused: ApiError | None) -> str:
    """Return the result of one record: errors, id, success, in the order of the WSDL."""
    if refused is None:
        return f"<result><id>{canonical_id(text)}</id><success>true</success></result>"
    fields = "".join(f"<fields>{escape(each)}</fields>" for each in refused.fields or ())
    return (
        f"<result><errors>{fields}<message>{escape(refused.message)}</message>"
        f"<statusCode>{refused.code}</statusCode></errors>"
        '<id xsi:nil="true"/><success>false</success></result>'
    )
