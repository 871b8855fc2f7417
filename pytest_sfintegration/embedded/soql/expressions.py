"""Field paths and function calls, in every clause."""

from pytest_sfintegration.embedded.soql.ast import Expression, Function, Geolocation, Path
from pytest_sfintegration.embedded.soql.lexer import Tokens
from pytest_sfintegration.embedded.soql.literals import signed_number

__all__ = ["expression", "path"]


def path(tokens: Tokens) -> Path:
    """Take a field path."""
    at = tokens.at
    return Path(tokens.dotted(), at)


def _geolocation(tokens: Tokens) -> Geolocation:
    """Take ``GEOLOCATION(latitude, longitude)``."""
    at = tokens.at
    tokens.expect("GEOLOCATION")
    tokens.expect("(")
    latitude = signed_number(tokens)
    tokens.expect(",")
    longitude = signed_number(tokens)
    tokens.expect(")")
    return Geolocation(latitude, longitude, at)


def _distance(tokens: Tokens, at: int) -> Function:
    """Take the arguments of ``DISTANCE(field, GEOLOCATION(…), 'unit')``."""
    place = path(tokens)
    tokens.expect(",")
    centre = _geolocation(tokens)
    tokens.expect(",")
    if tokens.kind != "string":
        tokens.unexpected()
    unit = tokens.advance()[1:-1]
    tokens.expect(")")
    return Function("DISTANCE", (place, centre), unit, at)


def expression(tokens: Tokens) -> Expression:
    """Take a field path or a function of one (functions nest)."""
    at = tokens.at
    if tokens.peek() != "(" or not tokens.names():
        return Path(tokens.dotted(), at)
    name = tokens.kind
    if name in {"path", "GEOLOCATION"}:
        tokens.unexpected()
    tokens.advance()
    tokens.expect("(")
    if name == "DISTANCE":
        return _distance(tokens, at)
    if name == "COUNT" and tokens.accept(")"):
        # COUNT() without a field counts rows; it stands alone, which the select list checks.
        return Function(name, (), at=at)
    tokens.enter()
    argument = expression(tokens)
    tokens.leave()
    tokens.expect(")")
    return Function(name, (argument,), at=at)
