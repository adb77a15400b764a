import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from sru_ner.model.batch import encoder_inputs, gold_tensors, step_tensors
from sru_ner.model.encoder import pool_words
from sru_ner.model.packing import pack, windows
from sru_ner.model.sequences import EncodedWords, GoldSteps, slice_words

counts = st.lists(st.integers(1, 6), min_size=1, max_size=30)
# Steps as they are written: each a set of actions, none empty.
steps = st.lists(
    st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True), min_size=1, max_size=9
)


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(tiny_encoder)


@given(counts, st.integers(8, 20))
def test_windows_cover_all_words_and_fit(counts: list[int], limit: int) -> None:
    found = windows(counts, limit)
    assert [start for start, _ in found] == [0, *(end for _, end in found[:-1])]
    assert found[-1][1] == len(counts)
    assert all(sum(counts[start:end]) <= limit - 2 for start, end in found)


@given(counts, st.integers(16, 30), st.sets(st.integers(0, 9), max_size=6))
def test_no_cut_falls_into_a_range_that_fits(
    counts: list[int], limit: int, triples: set[int]
) -> None:
    # Ranges of two words with a free word between them: 12 sub-words at most, so all fit.
    keep = [(3 * n, 3 * n + 2) for n in triples if 3 * n + 2 <= len(counts)]
    cuts = {end for _, end in windows(counts, limit, keep)}
    assert cuts.isdisjoint(start + 1 for start, _ in keep)


@given(counts, st.integers(8, 20), st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9))))
def test_windows_fit_whatever_is_to_be_kept_whole(
    counts: list[int], limit: int, ranges: list[tuple[int, int]]
) -> None:
    found = windows(counts, limit, [(start, start + size) for start, size in ranges])
    assert [start for start, _ in found] == [0, *(end for _, end in found[:-1])]
    assert found[-1][1] == len(counts)
    assert all(sum(counts[start:end]) <= limit - 2 for start, end in found)


def test_what_is_left_before_a_mention_is_cut_again() -> None:
    assert windows([1, 9, 8], 12, [(1, 3)]) == [(0, 1), (1, 2), (2, 3)]


def test_a_range_too_long_for_any_window_is_cut() -> None:
    assert windows([4] * 6, 12, [(0, 6)]) == [(0, 2), (2, 4), (4, 6)]


def test_a_word_beyond_the_limit_loses_its_tail() -> None:
    words = EncodedWords([1, 2, *range(100, 120), 3], [1, 1, 20, 1])
    assert windows(words.counts, 12) == [(0, 2), (2, 3), (3, 4)]
    assert slice_words(words, 2, 3, 12) == EncodedWords(list(range(100, 110)), [10])
    assert slice_words(words, 0, 2, 12) == EncodedWords([1, 2], [1, 1])


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), max_size=30), st.integers(8, 20))
def test_packs_hold_every_sentence_once_of_one_document_and_fit(
    sentences: list[tuple[int, int]], limit: int
) -> None:
    counts = [count for count, _ in sentences]
    documents = [document for _, document in sentences]
    packs = pack(counts, documents, limit)
    assert [i for first, end in packs for i in range(first, end)] == list(range(len(sentences)))
    for first, end in packs:
        assert first < end
        assert len(set(documents[first:end])) == 1
        assert end - first == 1 or sum(counts[first:end]) <= limit - 2
    # Greedy: what begins a pack would not have fitted into the one before it.
    for first, end in packs[:-1]:
        apart = documents[end] != documents[end - 1]
        assert apart or sum(counts[first : end + 1]) > limit - 2


def test_packing_stops_at_the_limit_and_at_the_end_of_a_document() -> None:
    assert pack([3, 3, 3, 9, 1, 1], "aaaaab", 8) == [(0, 2), (2, 3), (3, 4), (4, 5), (5, 6)]
    assert pack([], [], 8) == []


@settings(deadline=None)
@given(st.lists(counts, min_size=1, max_size=5), st.booleans())
def test_sequences_are_padded_row_by_row(
    tokenizer: PreTrainedTokenizerBase, rows: list[list[int]], arrays: bool
) -> None:
    ids = [[10 + n for n in range(sum(row))] for row in rows]
    as_given = np.array if arrays else list
    sequences = [EncodedWords(as_given(i), as_given(row)) for i, row in zip(ids, rows, strict=True)]
    found = encoder_inputs(sequences, tokenizer)
    width, slots = max(map(len, ids)) + 2, max(map(len, rows)) + 2
    for row, (row_ids, row_counts) in enumerate(zip(ids, rows, strict=True)):
        padding = width - len(row_ids) - 2
        owners = [word + 1 for word, count in enumerate(row_counts) for _ in range(count)]
        cls, sep, pad = tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id
        assert found["input_ids"][row].tolist() == [cls, *row_ids, sep, *[pad] * padding]
        assert found["attention_mask"][row].tolist() == [1] * (width - padding) + [0] * padding
        assert found["slot_of_subword"][row].tolist() == [
            0, *owners, len(row_counts) + 1, *[slots] * padding
        ]  # fmt: skip
    assert found["word_counts"].tolist() == [len(row) for row in rows]
    assert {tensor.dtype for tensor in found.values()} == {torch.int64}


@given(steps)
def test_steps_as_pairs_are_the_same_steps(steps: list[list[int]]) -> None:
    pairs = GoldSteps.of(steps)
    assert pairs.lists() == steps
    assert pairs.count == len(steps)


@settings(deadline=None)
@given(st.lists(steps, min_size=1, max_size=4))
def test_gold_steps_are_multi_hot(rows: list[list[list[int]]]) -> None:
    found = gold_tensors(rows, 8)
    assert found["step_counts"].tolist() == [len(row) for row in rows]
    assert found["gold_steps"].dtype == torch.float32
    assert found["gold_steps"].shape == (len(rows), max(map(len, rows)), 8)
    hot = {tuple(place) for place in found["gold_steps"].nonzero().tolist()}
    assert hot == {
        (r, s, a) for r, row in enumerate(rows) for s, step in enumerate(row) for a in step
    }
    assert float(found["gold_steps"].sum()) == len(hot)
    same = step_tensors([GoldSteps.of(row) for row in rows], 8)
    assert torch.equal(same["gold_steps"], found["gold_steps"])


def test_word_vectors_are_maxima_over_their_subwords() -> None:
    hidden = torch.tensor([[[1.0, -5], [2, -1], [-3, -4], [7, 7], [9, 9]]])
    pooled = pool_words(hidden, torch.tensor([[0, 1, 1, 2, 3]]), 3)
    assert pooled.tolist() == [[[1, -5], [2, -1], [7, 7]]]
