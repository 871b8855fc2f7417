"""The embedded org on a real port of loopback, for clients that cannot be handed an adapter."""

from pytest_sfintegration.embedded.server.limits import Limits
from pytest_sfintegration.embedded.server.listener import Server, ServerError, serve

__all__ = ["Limits", "Server", "ServerError", "serve"]
