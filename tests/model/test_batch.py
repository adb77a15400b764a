import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from sru_ner.model.batch import encoder_inputs, gold_tensors
from sru_ner.model.sequences import EncodedWords, GoldSteps

counts = st.lists(st.integers(1, 6), min_size=1, max_size=30)
# Each step is a set of actions and is not empty.
steps = st.lists(
    st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True), min_size=1, max_size=9
)


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(tiny_encoder)


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


@settings(deadline=None)
@given(st.lists(steps, min_size=1, max_size=4))
def test_gold_steps_are_multi_hot(rows: list[list[list[int]]]) -> None:
    found = gold_tensors([GoldSteps.of(row) for row in rows], 8)
    assert found["step_counts"].tolist() == [len(row) for row in rows]
    assert found["gold_steps"].dtype == torch.float32
    assert found["gold_steps"].shape == (len(rows), max(map(len, rows)), 8)
    hot = {tuple(place) for place in found["gold_steps"].nonzero().tolist()}
    assert hot == {
        (r, s, a) for r, row in enumerate(rows) for s, step in enumerate(row) for a in step
    }
    assert float(found["gold_steps"].sum()) == len(hot)
