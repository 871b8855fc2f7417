"""The bounds of one connection."""

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes and times in seconds; every wait of the server ends by one of them.

    ``head`` is Salesforce's: URI and headers together (documented: help 000386264; 414 for a URI that exceeds
    it alone, else 431). ``body`` is the upload of a Bulk API 2.0 job, the largest there is (documented: Bulk
    API limits). The rest is assumed.
    """

    head: int = 16_384
    header_count: int = 200
    body: int = 150 * 1024 * 1024
    idle_time: float = 75.0  # between two requests of a connection
    handshake_time: float = 10.0
    head_time: float = 10.0  # from the first byte of a request to the end of its headers
    body_time: float = 60.0
    answer_time: float = 60.0  # for the client to take the answer
    linger_time: float = 1.0  # for the client to read a refusal while it still sends
    connections: int = 512
