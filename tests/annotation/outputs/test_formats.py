import pytest

from sru_ner.annotation.outputs.formats import find_output, guess_output
from sru_ner.errors import InputError, UnknownNameError


def test_formats_are_told_by_names() -> None:
    assert guess_output("x/spans.JSONL") == "jsonl"
    assert guess_output("a.conll") == "conll"
    with pytest.raises(InputError, match="the name does not tell"):
        guess_output("a.docx")
    with pytest.raises(UnknownNameError, match="there is no output format 'bioc'"):
        find_output("bioc")
