from dataclasses import replace
from pathlib import Path

from transformers import AutoTokenizer

from sru_ner.harmonize.store import Mention, Sentence, TypeInventory
from sru_ner.model.actions import WordSpan, gold_steps, spans_of_steps
from sru_ner.model.encoder import WordPieces
from sru_ner.training.dataset import Collator, TrainingSequence, encode_sentences

LABELS = ["s$Chemical", "t$Disease"]


def sentence(words: list[str], *mentions: Mention) -> Sentence:
    starts = [sum(len(w) + 1 for w in words[:i]) for i in range(len(words))]
    offsets = tuple((s, s + len(w)) for s, w in zip(starts, words, strict=True))
    return Sentence("s", "train", "d", 0, " ".join(words), 0, offsets, mentions)


def encode(
    folder: Path, one: Sentence, limit: int
) -> tuple[list[TrainingSequence], dict[str, int]]:
    pieces = WordPieces(AutoTokenizer.from_pretrained(folder))
    sequences, lost = encode_sentences([one], {"Chemical": "s$Chemical"}, LABELS, pieces, limit)
    return sequences, dict(lost)


def test_a_long_sentence_is_cut_outside_its_mentions(tiny_encoder: Path) -> None:
    words = ["the"] * 5 + ["aspirin", "aspirin"] + ["mice"] * 5
    sequences, lost = encode(tiny_encoder, sentence(words, Mention(5, 7, "Chemical")), 8)
    assert [len(s.words.counts) for s in sequences] == [5, 6, 1]
    assert [spans_of_steps(s.steps) for s in sequences] == [[], [WordSpan(0, 2, 0)], []]
    assert lost == {"sentences_cut": 1}


def test_what_cannot_be_taught_is_counted(tiny_encoder: Path) -> None:
    long = Mention(2, 12, "Chemical")
    crossing = Mention(1, 4, "Chemical")
    sequences, lost = encode(tiny_encoder, sentence(["mice"] * 12, crossing, long), 8)
    assert all(spans_of_steps(s.steps) == [] for s in sequences)
    assert lost == {"crossing_mentions": 1, "sentences_cut": 1, "mentions_too_long": 1}


def test_closed_supervision_opens_nothing(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    sequences, _ = encode(tiny_encoder, sentence(["aspirin"], Mention(0, 1, "Chemical")), 8)
    inventories = {"s": TypeInventory("s", ("Chemical",)), "t": TypeInventory("t", ("Disease",))}
    opened = Collator(tokenizer, LABELS, inventories)(sequences)["open_actions"]
    closed = Collator(tokenizer, LABELS, inventories, closed=True)(sequences)["open_actions"]
    assert opened.tolist() == [[False, False, False, False, True, True]]
    assert not closed.any()
    gold = Collator(tokenizer, LABELS, inventories)(sequences)["gold_steps"][0]
    assert [step.nonzero().flatten().tolist() for step in gold] == gold_steps(
        1, [WordSpan(0, 1, 0)]
    )


def test_a_row_is_open_where_its_document_was_not_marked(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    one = replace(sentence(["mice"]), annotated_types=())
    sequences, _ = encode(tiny_encoder, one, 8)
    inventories = {"s": TypeInventory("s", ("Chemical",))}
    opened = Collator(tokenizer, LABELS, inventories)(sequences)["open_actions"]
    assert opened.tolist() == [[False, False, True, True, True, True]]
