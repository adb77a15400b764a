import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.readers.marks import mark_incident, mark_shift, moved

WORDS = st.lists(st.sampled_from(["zinc", "iron", "in", "\U0001d6fc"]), min_size=3, max_size=6)


@given(WORDS, st.integers(0, 1), st.data())
def test_quotations_tell_whether_the_mark_is_counted(words, counted, data):
    text = " ".join([*words, "end"])
    starts = [sum(len(word) + 1 for word in words[:i]) for i in range(len(words))]
    chosen = data.draw(st.sets(st.sampled_from(range(len(words))), min_size=1))
    quoted = [
        ([(starts[i] + counted, starts[i] + len(words[i]) + counted)], words[i]) for i in chosen
    ]
    assert mark_shift("\ufeff" + text, quoted) == counted
    assert mark_shift(text, quoted) == 0


@pytest.mark.parametrize("quoted", [[], [([(0, 4)], None)], [([(0, 1)], "x")]])
def test_without_a_quotation_the_mark_is_a_character(quoted):
    assert mark_shift("\ufeffzinc", quoted) == 1


def test_offsets_do_not_become_negative():
    assert moved([(0, 3), (4, 5)], 1) == [(0, 2), (3, 4)]
    assert mark_incident(0, "a.txt").detail.endswith("the offsets do not count it")
