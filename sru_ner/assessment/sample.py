"""A stratified sample of predictions that no gold standard can judge, for people to judge.

Predictions of types that the tested corpus never annotated are neither right nor wrong in an
evaluation. Here they are put in strata by tested corpus, type and score band, and a few are
drawn from each. A stratum's size stays with it, so that a share judged right in the sample can
be weighted back to all predictions.

The draw takes, in each stratum, the mentions with the smallest hash of seed and mention: it is
the same on every machine, and mentions that stay predictions stay in the sample.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.dataset.sentences import Sentence
from sru_ner.errors import InputError

JUDGEMENTS = ("correct", "wrong boundaries", "wrong type", "wrong")
"""What a judge may say of a prediction."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Predictions of one type on one corpus with scores in [low, high)."""

    tested: str
    type: str
    low: float
    high: float
    """Exclusive, but inclusive in the highest band."""
    size: int
    """Predictions in the stratum."""
    drawn: int
    """Of them in the sample; at least one."""

    @property
    def name(self) -> str:
        """Such as `bc5cdr/Gene/0.7-0.9`."""
        return f"{self.tested}/{self.type}/{self.low:g}-{self.high:g}"

    @property
    def weight(self) -> float:
        """Predictions that each drawn one stands for."""
        return self.size / self.drawn


@dataclass(frozen=True, slots=True)
class SampledMention:
    """One drawn prediction."""

    id: str
    """Hexadecimal; the same whenever the same mention of the same model is drawn."""
    document_id: str
    sentence_id: int
    start: int
    end: int
    """Code points of the document."""
    text: str
    score: float
    stratum: Stratum

    @property
    def tested(self) -> str:
        """The corpus it was predicted on."""
        return self.stratum.tested

    @property
    def type(self) -> str:
        """The predicted type, which that corpus never annotated."""
        return self.stratum.type


@dataclass(frozen=True, slots=True)
class Sample:
    """A draw from one model's decisions."""

    mentions: tuple[SampledMention, ...]
    """By tested corpus, document, start, descending end and type."""
    strata: tuple[Stratum, ...]
    """By tested corpus, type and band; empty ones are not among them."""
    outside_bands: int
    """Predictions whose score lies in no band; none of them is drawn."""


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A mention the corpus's annotators marked, in code points of a sentence."""

    start: int
    end: int
    """Cut at the sentence's end."""
    type: str


@dataclass(frozen=True, slots=True)
class SampledSentence:
    """A sentence with drawn predictions, and what its annotators had marked in it."""

    sentence: Sentence
    sampled: tuple[SampledMention, ...]
    gold: tuple[GoldMention, ...]


def draw_sample(
    decisions: pa.Table, *, bands: Sequence[float], per_stratum: int, seed: int
) -> Sample:
    """Draw at most `per_stratum` out-of-inventory predictions from each stratum.

    `decisions` is a table of `evaluation.decisions.SCHEMA`; `bands` are the edges of the score
    bands. Raises `InputError` unless the edges rise.
    """
    if len(bands) < 2 or any(low >= high for low, high in pairwise(bands)):
        raise InputError(
            f"score bands {list(bands)} do not rise",
            remedy="give at least two edges, lowest first, in `assess.score_bands`",
        )
    candidates = decisions.filter(pc.field("predicted") & ~pc.field("in_inventory")).to_pylist()
    by_stratum: dict[tuple[str, str, float, float], list[Mapping]] = {}
    outside = 0
    for row in candidates:
        band = _band(row["score"], bands)
        if band is None:
            outside += 1
        else:
            by_stratum.setdefault((row["tested"], row["type"], *band), []).append(row)
    strata: list[Stratum] = []
    mentions: list[SampledMention] = []
    for key in sorted(by_stratum):
        rows = sorted(by_stratum[key], key=lambda row: _digest(row, seed))[:per_stratum]
        stratum = Stratum(*key, size=len(by_stratum[key]), drawn=len(rows))
        strata.append(stratum)
        mentions.extend(_sampled(row, stratum) for row in rows)
    return Sample(tuple(sorted(mentions, key=_place)), tuple(strata), outside)


def in_sentences(
    sample: Sample, decisions: pa.Table, sentences: Iterable[Sentence]
) -> list[SampledSentence]:
    """Put drawn mentions back into their sentences, in the order of the sample.

    `sentences` are those of all tested sources of the sample. Raises `InputError` if a sentence
    is not there or does not say what was predicted: corpus and decisions do not belong together.
    """
    drawn: dict[tuple[str, str, int], list[SampledMention]] = {}
    for mention in sample.mentions:
        key = (mention.tested, mention.document_id, mention.sentence_id)
        drawn.setdefault(key, []).append(mention)
    found = {(s.source, s.document_id, s.sentence_id): s for s in sentences}
    gold: dict[tuple[str, str, int], list[Mapping]] = {}
    for row in decisions.filter(pc.field("gold")).to_pylist():
        gold.setdefault((row["tested"], row["document_id"], row["sentence_id"]), []).append(row)
    placed = []
    for key, mentions in drawn.items():
        sentence = found.get(key)
        if sentence is None or any(_quote(sentence, m) != m.text for m in mentions):
            raise InputError(
                f"{key[0]}: sentence {key[2]} of document {key[1]} is not the one that was"
                " predicted on",
                remedy="run `sru-ner evaluate` again: the corpus was harmonised after it",
            )
        placed.append(
            SampledSentence(
                sentence,
                tuple(mentions),
                tuple(_gold(sentence, row) for row in gold.get(key, ())),
            )
        )
    return placed


def _band(score: float, bands: Sequence[float]) -> tuple[float, float] | None:
    if score == bands[-1]:
        return bands[-2], bands[-1]
    return next(((low, high) for low, high in pairwise(bands) if low <= score < high), None)


def _digest(row: Mapping, *salt: object) -> str:
    names = ("tested", "document_id", "start", "end", "type")
    key = "\x1f".join(str(part) for part in (*salt, *(row[name] for name in names)))
    return hashlib.sha256(key.encode()).hexdigest()


def _sampled(row: Mapping, stratum: Stratum) -> SampledMention:
    return SampledMention(
        id=_digest(row, row["model"])[:12],
        document_id=row["document_id"],
        sentence_id=row["sentence_id"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        score=row["score"],
        stratum=stratum,
    )


def _place(mention: SampledMention) -> tuple[str, str, int, int, str]:
    return mention.tested, mention.document_id, mention.start, -mention.end, mention.type


def _quote(sentence: Sentence, mention: SampledMention) -> str:
    return sentence.text[mention.start - sentence.start : mention.end - sentence.start]


def _gold(sentence: Sentence, row: Mapping) -> GoldMention:
    start, end = row["start"] - sentence.start, row["end"] - sentence.start
    return GoldMention(start, min(end, len(sentence.text)), row["type"])
