from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.readers.utf16 import Utf16Text

TEXT = st.text(st.sampled_from("ab\u00e9\ufeff\U0001d6fc\U0001f9ec"), max_size=9)


@given(TEXT, st.data())
def test_offsets_are_those_of_java(text, data):
    found = Utf16Text(text)
    assert found.length == len(text.encode("utf-16-le")) // 2
    index = data.draw(st.integers(0, len(text)))
    units = len(text[:index].encode("utf-16-le")) // 2
    assert found.code_points(units) == index


def test_offsets_inside_a_code_point_and_behind_the_end():
    found = Utf16Text("a\U0001d6fcb")
    assert [found.code_points(offset) for offset in range(7)] == [0, 1, 1, 2, 3, 4, 5]
    assert Utf16Text("ab").code_points(7) == 7
