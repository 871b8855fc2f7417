"""Text of unknown origin in Markdown: whatever it is, it makes one cell."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pytest_sfintegration.report.markdown import safe

_HOSTILE = st.text(alphabet=st.sampled_from("|\\`*_[]()<>&!#-~\n\r\t \u202e\x1b://wwhtps.ab1"), max_size=60)


@given(st.one_of(_HOSTILE, st.text(max_size=60)))
def test_any_text_is_one_cell_of_plain_text(text: str) -> None:
    shown = safe(text)
    assert len(shown.splitlines()) <= 1
    bare = re.sub(r"\\[\\`*\[\]|~!_#+-]", "", shown)
    assert not re.search(r"[|<>`*~\[\]]", bare)
    assert not re.search(r"(?<!\w)_|_(?!\w)", re.sub(r"\\\\", "", shown).replace("\\_", "x"))
    assert not re.search(r"(?i)https?://|www\.", bare)
    assert not any(unicodedata.category(one)[0] == "C" for one in shown)


def test_names_stay_legible() -> None:
    assert safe("HubSpot_Sync_Log__c.Reviewer_Notes__c (edit), 3 < 4 & a|b") == (
        r"HubSpot_Sync_Log__c.Reviewer_Notes__c (edit), 3 &lt; 4 &amp; a\|b"
    )
