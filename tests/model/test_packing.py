from hypothesis import given
from hypothesis import strategies as st

from sru_ner.model.packing import pack_sentences


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), max_size=30), st.integers(8, 20))
def test_groups_contain_every_sentence_once_are_of_one_document_and_fit(
    sentences: list[tuple[int, int]], limit: int
) -> None:
    counts = [count for count, _ in sentences]
    documents = [document for _, document in sentences]
    groups = pack_sentences(counts, documents, limit)
    assert [i for first, end in groups for i in range(first, end)] == list(range(len(sentences)))
    for first, end in groups:
        assert first < end
        assert len(set(documents[first:end])) == 1
        assert end - first == 1 or sum(counts[first:end]) <= limit - 2
    # Greedy: the first sentence of a group did not fit into the group before it.
    for first, end in groups[:-1]:
        apart = documents[end] != documents[end - 1]
        assert apart or sum(counts[first : end + 1]) > limit - 2


def test_packing_stops_at_the_limit_and_at_the_end_of_a_document() -> None:
    assert pack_sentences([3, 3, 3, 9, 1, 1], "aaaaab", 8) == [
        (0, 2),
        (2, 3),
        (3, 4),
        (4, 5),
        (5, 6),
    ]
    assert pack_sentences([], [], 8) == []
