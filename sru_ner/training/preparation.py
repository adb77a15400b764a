"""Makes training sequences of harmonised sentences: packing, tokenising, cutting, gold steps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from tokenizers import __version__ as tokenizers_version
from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.schema import SPLIT_TABLES
from sru_ner.dataset.sentences import Mention, Sentence
from sru_ner.manifests.excluded import excluded_documents
from sru_ner.model.actions import WordSpan, gold_steps, resolve_crossings
from sru_ner.model.labels import type_name
from sru_ner.model.packing import pack_sentences
from sru_ner.model.rejected_actions import rejected_actions
from sru_ner.model.sequences import EncodedWords, GoldSteps, encode_words, join_words
from sru_ner.model.wordpieces import WordPieces
from sru_ner.training.cache import cached, tokenizer_digest
from sru_ner.training.cutting import cut_outside_mentions, slice_words
from sru_ner.training.self_training import FirstModel
from sru_ner.training.start import StartingModel
from sru_ner.training.teacher import NOTHING, Lessons
from sru_ner.training.tokenized import Ragged, TokenizedSource

FORMAT = 5
"""Version of the sequences and their files. Raise it when the same sentences give other sequences
or files: then older files are not used."""

SKIPPED = {
    "crossing_mentions": "mentions left out because they cross a longer one of the same type",
    "mentions_too_long": "mentions left out because they are longer than max_subwords",
    "sentences_cut": "sentences cut because they are longer than max_subwords",
}
"""The reasons for which mentions are left out of training and sentences are cut."""


def prepare_sources(
    corpora: Mapping[str, Corpus],
    inventories: Mapping[str, Sequence[str]],
    tokenizer: PreTrainedTokenizerBase,
    *,
    splits: Sequence[str],
    max_subwords: int,
    packed: bool,
    cache: Path,
    first: FirstModel | None = None,
    teacher: StartingModel | None = None,
    bf16: bool = False,
) -> dict[str, TokenizedSource]:
    """Return the training sequences of each source, tokenised at most once for all runs.

    corpora: source → its corpus. inventories: source → its labels in the model. splits: the splits
    to train on. packed: see `tokenize_sentences`. cache: folder of the tokenised files. first: a
    model whose mentions of the types that a source did not annotate are learned as well. teacher: a
    model whose probabilities are learned as well. bf16: whether the teacher's encoder computes in
    bf16. Errors as in `Corpus`.
    """
    all_labels = sorted({label for labels in inventories.values() for label in labels})
    tokenizer_id = tokenizer_digest(tokenizer)
    pieces = WordPieces(tokenizer)
    prepared = {}
    for source, labels in inventories.items():
        # In the order of the model's type numbers, so that the same actions share a step there.
        names = [type_name(label) for label in sorted(labels)]
        others = sorted(set(all_labels) - set(labels)) if first or teacher else []
        lessons = Lessons(teacher, (*sorted(labels), *others), bf16) if teacher else None
        corpus = corpora[source]
        digests, excluded = corpus.digests(), excluded_documents([corpus])
        identity = {
            "format": FORMAT,
            "tables": {
                f"{table}/{split}": digests.get(f"{table}/{split}")
                for table in SPLIT_TABLES
                for split in splits
            },
            "tokenizer": tokenizer_id,
            "tokenizers": tokenizers_version,
            "types": names,
            "max_subwords": max_subwords,
            "packed": packed,
            "first_model": first and first.identity(),
            "teacher": teacher and {**teacher.identity(), "bf16": bf16},
            "excluded": [excluded.get(f"{source}.{split}", []) for split in splits],
        }

        def make(
            corpus: Corpus = corpus,
            names: list[str] = names,
            others: list[str] = others,
            lessons: Lessons | None = lessons,
        ) -> TokenizedSource:
            sentences = [
                sentence for split in splits for sentence in corpus.split(split).sentences()
            ]
            if first:
                sentences = first.complete(sentences, corpus.inventory(), all_labels)
            return tokenize_sentences(
                sentences,
                names,
                pieces,
                max_subwords,
                packed=packed,
                others=others,
                lessons=lessons,
            )

        prepared[source] = cached(cache, source, identity, make)
    return prepared


def tokenize_sentences(
    sentences: Sequence[Sentence],
    types: Sequence[str],
    pieces: WordPieces,
    max_subwords: int,
    *,
    packed: bool,
    others: Sequence[str] = (),
    lessons: Lessons | None = None,
) -> TokenizedSource:
    """Return the training sequences of one source, with counts of what is in them and what is not.

    types: the source's types, in the order of their numbers. others: labels of other sources, which
    a first model or a teacher knows; their numbers follow. packed: neighbouring sentences of one
    document share a sequence, as many as fit `max_subwords`. Longer sentences are cut outside
    mentions. A mention that crosses sentences belongs to no `Sentence`, so it is never trained on.
    lessons: what a teacher adds to the labels of types and others.
    Left-out mentions and cut sentences are counted by the reasons of `SKIPPED`.
    """
    number = {name: index for index, name in enumerate((*types, *others))}
    rows: list[tuple[EncodedWords, GoldSteps, int]] = []
    strings: list[list[str]] = []  # the words of each row
    ruled_out: list[list[tuple[int, int]]] = []
    inventories: dict[tuple[str, ...] | None, int] = {}
    kept = Counter(sentences=0, sequences=0, mentions=0, sentences_packed=0)
    if others:
        kept["predicted"] = 0
    skipped: Counter[str] = Counter()
    sentences = [sentence for sentence in sentences if sentence.words]
    encoded = encode_words(pieces, [sentence.word_strings() for sentence in sentences])
    for first, end in _groups(sentences, encoded, max_subwords, packed=packed):
        words = join_words(encoded[first:end])
        together = sentences[first:end]
        spans = _spans(together, [sentence.mentions for sentence in together], number)
        rejected = _spans(together, [sentence.rejected for sentence in together], number)
        spans, crossing = resolve_crossings(spans)
        written = [word for sentence in together for word in sentence.word_strings()]
        # Sentences that share a sequence are of one document, so they have the same inventory.
        marked = sentences[first].annotated_types
        inventory = inventories.setdefault(marked, len(inventories))
        parts = cut_outside_mentions(words.counts, max_subwords, [(s.start, s.end) for s in spans])
        skipped["crossing_mentions"] += len(crossing)
        skipped["sentences_cut"] += len(parts) > 1
        for start, stop in parts:
            inside = [s for s in spans if start <= s.start and s.end <= stop]
            skipped["mentions_too_long"] += sum(start <= s.start < stop < s.end for s in spans)
            moved = [WordSpan(s.start - start, s.end - start, s.type) for s in inside]
            steps = gold_steps(stop - start, moved)
            cut = slice_words(words, start, stop, max_subwords)
            rows.append((cut, GoldSteps.of(steps), inventory))
            strings.append(written[start:stop])
            wrong = [
                WordSpan(s.start - start, s.end - start, s.type)
                for s in rejected
                if start <= s.start and s.end <= stop
            ]
            ruled_out.append(rejected_actions(steps, wrong))
            marked_here = sum(s.type < len(types) for s in inside)
            kept["mentions"] += marked_here
            if others:
                kept["predicted"] += len(inside) - marked_here
        kept["sentences_packed"] += end - first if end - first > 1 else 0
    kept["sentences"], kept["sequences"] = len(sentences), len(rows)
    steps_of = [steps for _, steps, _ in rows]
    taught = [NOTHING] * len(rows)
    if lessons:
        taught = lessons.teach([*zip(strings, steps_of, strict=True)])
    return TokenizedSource(
        types=tuple(types),
        others=tuple(others),
        taught=lessons.known if lessons else (),
        ids=Ragged.of([words.ids for words, _, _ in rows]),
        counts=Ragged.of([words.counts for words, _, _ in rows]),
        steps=Ragged.of([steps.steps for steps in steps_of]),
        actions=Ragged.of([steps.actions for steps in steps_of]),
        rejected_steps=Ragged.of([[step for step, _ in pairs] for pairs in ruled_out]),
        rejected_actions=Ragged.of([[action for _, action in pairs] for pairs in ruled_out]),
        taught_steps=Ragged.of([each.steps for each in taught]),
        taught_actions=Ragged.of([each.actions for each in taught]),
        taught_values=Ragged.of([each.values for each in taught]),
        inventory=np.array([number for _, _, number in rows], dtype=np.int32),
        inventories=tuple(inventories),
        kept=dict(kept),
        skipped=dict(sorted((+skipped).items())),
    )


def _groups(
    sentences: Sequence[Sentence], encoded: Sequence[EncodedWords], limit: int, *, packed: bool
) -> list[tuple[int, int]]:
    """Return ranges (first, end) of sentences that share a sequence."""
    if not packed:
        return [(index, index + 1) for index in range(len(sentences))]
    documents = [sentence.document_id for sentence in sentences]
    return pack_sentences([len(words.ids) for words in encoded], documents, limit)


def _spans(
    sentences: Sequence[Sentence], places: Sequence[Sequence[Mention]], number: Mapping[str, int]
) -> list[WordSpan]:
    """Return places in sentences that share a sequence, in words of the sequence."""
    offsets = accumulate((len(sentence.words) for sentence in sentences), initial=0)
    return [
        WordSpan(offset + m.start, offset + m.end, number[m.type])
        for own, offset in zip(places, offsets, strict=False)
        for m in own
    ]
