"""The code of a machine, whatever is in it, makes one safe part of an address and comes back from it."""

from urllib.parse import unquote

from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.routing import Map

from views.addresses import MachineCode

CONVERTER = MachineCode(Map())


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@example("..")
@example("~23")
def test_an_address_leads_back_to_its_code(code: str) -> None:
    written = CONVERTER.to_url(code)
    assert "/" not in written
    assert not set("#?+ ") & set(written)
    assert written not in {".", ".."}
    assert CONVERTER.to_python(unquote(written)) == code
