from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.model.actions import WordSpan, gold_steps, transition
from sru_ner.model.sequences import EncodedWords, GoldSteps
from sru_ner.training.dataset import Collator, SequenceDataset, TrainingSequence
from sru_ner.training.tokenized import Ragged, TokenizedSource

INVENTORIES = {"s": ["s$Chemical"], "t": ["t$Disease", "t$Gene"]}
LABELS = ["s$Chemical", "t$Disease", "t$Gene"]
MARKED = {
    "s": TypeInventory("s", ("Chemical",)),
    "t": TypeInventory("t", ("Disease", "Gene")),
}


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder: Path) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(tiny_encoder)


def part(
    types: tuple[str, ...],
    *spans_of_rows: list[WordSpan],
    others: tuple[str, ...] = (),
    rejected: tuple[tuple[int, int], ...] = (),
) -> TokenizedSource:
    """Sequences of 2, 3, … words of one sub-word each, with the given mentions.

    rejected: (step, action) pairs that are wrong in each of them.
    """
    sizes = [number + 2 for number in range(len(spans_of_rows))]
    steps = [GoldSteps.of(gold_steps(n, s)) for n, s in zip(sizes, spans_of_rows, strict=True)]
    return TokenizedSource(
        types=types,
        others=others,
        taught=(),
        ids=Ragged.of([range(5, 5 + size) for size in sizes]),
        counts=Ragged.of([[1] * size for size in sizes]),
        steps=Ragged.of([row.steps for row in steps]),
        actions=Ragged.of([row.actions for row in steps]),
        rejected_steps=Ragged.of([[step for step, _ in rejected]] * len(sizes)),
        rejected_actions=Ragged.of([[action for _, action in rejected]] * len(sizes)),
        **{
            f"taught_{name}": Ragged.of([[]] * len(sizes))
            for name in ("steps", "actions", "values")
        },
        inventory=np.zeros(len(sizes), dtype=np.int32),
        inventories=(None,),
        kept={},
        skipped={},
    )


def two_sources() -> SequenceDataset:
    parts = {
        "s": part(("Chemical",), [WordSpan(0, 1, 0)], []),
        "t": part(("Disease", "Gene"), [WordSpan(0, 1, 1), WordSpan(0, 2, 0)]),
    }
    return SequenceDataset(parts, INVENTORIES, LABELS)


def test_sources_stand_one_after_the_other_under_the_models_actions() -> None:
    dataset = two_sources()
    assert len(dataset) == 3
    assert dataset.sources.tolist() == ["s", "s", "t"]
    assert dataset.lengths.tolist() == [4, 5, 4]
    assert [one.words.length for one in dataset] == dataset.lengths.tolist()
    assert [one.source for one in dataset] == dataset.sources.tolist()
    assert dataset[0].steps.lists() == gold_steps(2, [WordSpan(0, 1, 0)])
    assert dataset[1].steps.lists() == gold_steps(3, [])
    assert dataset[2].steps.lists() == gold_steps(2, [WordSpan(0, 1, 2), WordSpan(0, 2, 1)])
    assert dataset[1].words.ids.tolist() == [5, 6, 7]
    assert dataset.mentioning.tolist() == [True, False, True]


@pytest.mark.parametrize("index", [-1, 3])
def test_no_sequence_beyond_the_last(index: int) -> None:
    with pytest.raises(IndexError):
        two_sources()[index]


def test_a_source_without_sequences_is_passed_over() -> None:
    parts = {"s": part(("Chemical",)), "t": part(("Disease", "Gene"), [])}
    dataset = SequenceDataset(parts, INVENTORIES, LABELS)
    assert [one.source for one in dataset] == ["t"]


def test_types_of_one_name_share_their_actions_when_merged() -> None:
    parts = {"s": part(("Gene",), [WordSpan(0, 1, 0)]), "t": part(("Disease", "Gene"), [])}
    dataset = SequenceDataset(parts, {"s": ["Gene"], "t": ["Disease", "Gene"]}, ["Disease", "Gene"])
    assert dataset[0].steps.lists() == gold_steps(2, [WordSpan(0, 1, 1)])


def test_mentions_of_a_first_model_have_the_labels_of_other_sources() -> None:
    marked = [WordSpan(0, 1, 0)]
    found = [WordSpan(1, 2, 1)]
    parts = {
        "s": part(("Chemical",), marked, found, [*marked, *found], others=("t$Gene",)),
        "t": part(("Disease", "Gene"), []),
    }
    dataset = SequenceDataset(parts, INVENTORIES, LABELS)
    assert dataset[1].steps.lists() == gold_steps(3, [WordSpan(1, 2, LABELS.index("t$Gene"))])
    # What a first model found does not make a sequence one with a mention.
    assert dataset.mentioning.tolist() == [True, False, True, False]


def test_a_batch_is_what_the_model_takes(tokenizer: PreTrainedTokenizerBase) -> None:
    dataset = two_sources()
    batch = Collator(tokenizer, LABELS, MARKED)([dataset[2], dataset[1]])
    assert batch["word_counts"].tolist() == [2, 3]
    assert batch["gold_steps"].shape == (2, 6, 8)
    gold = [step.nonzero().flatten().tolist() for step in batch["gold_steps"][0]]
    written = [sorted(step) for step in gold_steps(2, [WordSpan(0, 1, 2), WordSpan(0, 2, 1)])]
    assert gold[: len(written)] == written
    assert batch["open_actions"].tolist() == [
        [False, False, True, True, False, False, False, False],
        [False, False, False, False, True, True, True, True],
    ]


def test_exclusive_types_are_ruled_out_where_gold_says_so(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    sequences = [two_sources()[number] for number in (2, 1)]  # Gene(0, 1) in Disease(0, 2); none
    collate = Collator(tokenizer, LABELS, MARKED, exclusive=[("Chemical", "Gene")])
    ruled_out = collate(sequences)["ruled_out"]
    chemicals = [number for number, label in enumerate(LABELS) if label.endswith("Chemical")]
    assert ruled_out[0, 0].nonzero().flatten().tolist() == [transition(n) for n in chemicals]
    assert not ruled_out[1].any()
    assert "ruled_out" not in Collator(tokenizer, LABELS, MARKED)(sequences)


def test_what_people_called_wrong_is_rejected(tokenizer: PreTrainedTokenizerBase) -> None:
    parts = {
        "s": part(("Chemical",), []),
        "t": part(("Disease", "Gene"), [], rejected=((1, transition(1)),)),
    }
    dataset = SequenceDataset(parts, INVENTORIES, LABELS)
    assert [sequence.rejected is None for sequence in dataset] == [True, False]
    batch = Collator(tokenizer, LABELS, MARKED)(list(dataset))
    gene = transition(LABELS.index("t$Gene"))
    assert batch["rejected"].nonzero().tolist() == [[1, 1, gene]]
    assert "ruled_out" not in batch
    assert "rejected" not in Collator(tokenizer, LABELS, MARKED)([dataset[0]])


def test_closed_supervision_opens_nothing(tokenizer: PreTrainedTokenizerBase) -> None:
    collate = Collator(tokenizer, LABELS, MARKED, closed=True)
    assert not collate(list(two_sources()))["open_actions"].any()


def test_lists_and_arrays_give_one_batch(tokenizer: PreTrainedTokenizerBase) -> None:
    collate = Collator(tokenizer, LABELS, MARKED)
    arrays = list(two_sources())
    lists = [
        TrainingSequence(
            one.source,
            EncodedWords(list(one.words.ids), list(one.words.counts)),
            GoldSteps(list(one.steps.steps), list(one.steps.actions)),
        )
        for one in arrays
    ]
    for name, tensor in collate(arrays).items():
        assert np.array_equal(tensor, collate(lists)[name])


def test_a_row_is_open_where_its_document_was_not_marked(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    some = replace(
        part(("Disease", "Gene"), [], []),
        inventory=np.array([0, 1], dtype=np.int32),
        inventories=(None, ("Gene",)),
    )
    dataset = SequenceDataset({"t": some}, {"t": INVENTORIES["t"]}, LABELS)
    opened = Collator(tokenizer, LABELS, MARKED)(list(dataset))["open_actions"]
    assert opened[0].nonzero().flatten().tolist() == [2, 3]
    assert opened[1].nonzero().flatten().tolist() == [2, 3, 4, 5]
