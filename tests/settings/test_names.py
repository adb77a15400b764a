import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.settings.names import as_name, check_name

HOSTILE = [
    "",
    ".",
    "..",
    "../../x",
    "a/b",
    "a\\b",
    "-rf",
    ".hidden",
    "x$(touch P)",
    "a b",
    "a@b",
    "a\nb",
    "a\n",
    "a\0",
    "${suite}",
    "x" * 101,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_leads_elsewhere_or_runs_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a name: take letters, digits"):
        check_name(name)
    check_name(as_name(name))


@pytest.mark.parametrize("name", ["demo", "bc5cdr", "a-b_C.1", "_x", "große", "x" * 100])
def test_names(name: str) -> None:
    assert check_name(name) == name == as_name(name)


@given(st.text(max_size=120))
def test_any_text_has_a_name(text: str) -> None:
    name = as_name(text)
    assert check_name(name) == name == as_name(name)
