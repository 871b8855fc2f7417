"""Secrets are told by their shape."""

from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.report.redaction import redacted

ID = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=15)
KEY = st.text("ABCabc0123456789._", min_size=20, max_size=100)


@given(
    org=ID,
    key=KEY,
    before=st.sampled_from(["", "Bearer ", "'", '"', "sid="]),
    after=st.sampled_from(["", "'", '"', ", ", "\n"]),
)
def test_access_token_is_replaced_wherever_it_stands(org: str, key: str, before: str, after: str) -> None:
    token = f"00D{org}!{key}"
    assert redacted(f"x {before}{token}{after}y" if after else f"x {before}{token}") in {
        f"x {before}(secret){after}y",
        f"x {before}(secret)",
    }


def test_json_web_token_is_replaced() -> None:
    assert redacted("a eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0xyz.c2lnbmF0dXJl b") == "a (secret) b"


def test_record_ids_and_plain_text_stay() -> None:
    text = "00D000000000001AAA 001000000000001AAA eyJ Hello! granted by permission set Sync"
    assert redacted(text) == text
