"""Harmonised sentences as training sequences: packed, tokenised, cut, and their gold steps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from tokenizers import __version__ as tokenizers_version
from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.schema import SPLIT_TABLES
from sru_ner.dataset.sentences import Sentence
from sru_ner.manifests.excluded import excluded_documents
from sru_ner.model.actions import WordSpan, gold_steps, resolve_crossings
from sru_ner.model.labels import type_name
from sru_ner.model.packing import pack_sentences
from sru_ner.model.prediction import sentence_words
from sru_ner.model.sequences import EncodedWords, GoldSteps, encode_words, join_words
from sru_ner.model.wordpieces import WordPieces
from sru_ner.training.cache import cached, tokenizer_digest
from sru_ner.training.cutting import cut_outside_mentions, slice_words
from sru_ner.training.tokenized import Ragged, TokenizedSource

FORMAT = 1
"""Raised whenever the same sentences would give other sequences; older files are then unused."""


def prepare_sources(
    corpora: Mapping[str, Corpus],
    inventories: Mapping[str, Sequence[str]],
    tokenizer: PreTrainedTokenizerBase,
    *,
    splits: Sequence[str],
    max_subwords: int,
    packed: bool,
    cache: Path,
) -> dict[str, TokenizedSource]:
    """The training sequences of each source, tokenised at most once for all runs.

    corpora: source → its corpus. inventories: source → its labels in the model. splits: those that
    are learned from. packed: see `tokenize_sentences`. cache: folder of the tokenised files. Errors
    as in `Corpus`.
    """
    tokenizer_name = tokenizer_digest(tokenizer)
    pieces = WordPieces(tokenizer)
    prepared = {}
    for source, labels in inventories.items():
        # Sorted as the model numbers them, so that the same actions share a step there.
        names = [type_name(label) for label in sorted(labels)]
        corpus = corpora[source]
        digests, excluded = corpus.digests(), excluded_documents([corpus])
        identity = {
            "format": FORMAT,
            "tables": {
                f"{table}/{split}": digests.get(f"{table}/{split}")
                for table in SPLIT_TABLES
                for split in splits
            },
            "tokenizer": tokenizer_name,
            "tokenizers": tokenizers_version,
            "types": names,
            "max_subwords": max_subwords,
            "packed": packed,
            "excluded": [excluded.get(f"{source}.{split}", []) for split in splits],
        }

        def make(corpus: Corpus = corpus, names: list[str] = names) -> TokenizedSource:
            sentences = [
                sentence for split in splits for sentence in corpus.split(split).sentences()
            ]
            return tokenize_sentences(sentences, names, pieces, max_subwords, packed=packed)

        prepared[source] = cached(cache, source, identity, make)
    return prepared


def tokenize_sentences(
    sentences: Sequence[Sentence],
    types: Sequence[str],
    pieces: WordPieces,
    max_subwords: int,
    *,
    packed: bool,
) -> TokenizedSource:
    """Sequences of one source, and what could not be taught, counted by reason.

    types: the source's types, in the order of their numbers. packed: neighbouring sentences of
    one document share a sequence as far as they fit `max_subwords`; sentences beyond it are cut
    outside mentions. A mention that crosses sentences is in no `Sentence`, so it is not taught,
    packed or not. Reasons: `sentences_cut`, `crossing_mentions` (of one type, the shorter is left
    out), `mentions_too_long` (for the limit).
    """
    number = {name: index for index, name in enumerate(types)}
    rows: list[tuple[EncodedWords, GoldSteps, int]] = []
    inventories: dict[tuple[str, ...] | None, int] = {}
    taught = Counter(sentences=0, sequences=0, mentions=0, sentences_packed=0)
    lost: Counter[str] = Counter()
    sentences = [sentence for sentence in sentences if sentence.words]
    encoded = encode_words(pieces, [sentence_words(sentence) for sentence in sentences])
    for first, end in _groups(sentences, encoded, max_subwords, packed=packed):
        words = join_words(encoded[first:end])
        spans = _spans(sentences[first:end], number)
        spans, crossing = resolve_crossings(spans)
        # Sentences that share a sequence are of one document, and so of one inventory.
        marked = sentences[first].annotated_types
        inventory = inventories.setdefault(marked, len(inventories))
        parts = cut_outside_mentions(words.counts, max_subwords, [(s.start, s.end) for s in spans])
        lost["crossing_mentions"] += len(crossing)
        lost["sentences_cut"] += len(parts) > 1
        for start, stop in parts:
            inside = [s for s in spans if start <= s.start and s.end <= stop]
            lost["mentions_too_long"] += sum(start <= s.start < stop < s.end for s in spans)
            moved = [WordSpan(s.start - start, s.end - start, s.type) for s in inside]
            steps = GoldSteps.of(gold_steps(stop - start, moved))
            rows.append((slice_words(words, start, stop, max_subwords), steps, inventory))
            taught["mentions"] += len(inside)
        taught["sentences_packed"] += end - first if end - first > 1 else 0
    taught["sentences"], taught["sequences"] = len(sentences), len(rows)
    return TokenizedSource(
        types=tuple(types),
        ids=Ragged.of([words.ids for words, _, _ in rows]),
        counts=Ragged.of([words.counts for words, _, _ in rows]),
        steps=Ragged.of([steps.steps for _, steps, _ in rows]),
        actions=Ragged.of([steps.actions for _, steps, _ in rows]),
        inventory=np.array([number for _, _, number in rows], dtype=np.int32),
        inventories=tuple(inventories),
        taught=dict(taught),
        lost=dict(sorted((+lost).items())),
    )


def _groups(
    sentences: Sequence[Sentence], encoded: Sequence[EncodedWords], limit: int, *, packed: bool
) -> list[tuple[int, int]]:
    """Ranges of sentences that share a sequence."""
    if not packed:
        return [(index, index + 1) for index in range(len(sentences))]
    documents = [sentence.document_id for sentence in sentences]
    return pack_sentences([len(words.ids) for words in encoded], documents, limit)


def _spans(sentences: Sequence[Sentence], number: Mapping[str, int]) -> list[WordSpan]:
    """The mentions of some sentences, counted in words from the first one's first."""
    offsets = accumulate((len(sentence.words) for sentence in sentences), initial=0)
    return [
        WordSpan(offset + m.start, offset + m.end, number[m.type])
        for sentence, offset in zip(sentences, offsets, strict=False)
        for m in sentence.mentions
    ]
