"""A stratified sample of predictions that cannot be compared with gold, for people to judge.

Predictions of types that the tested corpus never annotated are neither right nor wrong in an
evaluation. Here they are put into strata by tested corpus, type and score band, and some are drawn
from each stratum. With the size of each stratum, the share of right predictions in the sample can
be weighted back to all predictions.

In each stratum, the mentions with the smallest hash of seed and mention are drawn. The draw is the
same on every machine, and a drawn mention that is still predicted later is drawn again.
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
"""Judgements of a prediction that people can choose from."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Predictions of one type on one corpus with scores in [low, high)."""

    tested: str
    type: str
    low: float
    high: float
    """Upper end of the scores; exclusive, but inclusive in the highest band."""
    size: int
    """Number of predictions in the stratum."""
    drawn: int
    """Number of predictions drawn from it; at least one."""

    @property
    def name(self) -> str:
        """Name of the stratum, such as `bc5cdr/Gene/0.7-0.9`."""
        return f"{self.tested}/{self.type}/{self.low:g}-{self.high:g}"

    @property
    def weight(self) -> float:
        """Number of predictions that each drawn one represents."""
        return self.size / self.drawn


@dataclass(frozen=True, slots=True)
class SampledMention:
    """A drawn prediction."""

    id: str
    """Hexadecimal identifier; the same mention of the same model always has the same one."""
    document_id: str
    sentence_id: int
    start: int
    """Offset in the document, in code points."""
    end: int
    """Offset of its end in the document, in code points; exclusive."""
    text: str
    score: float
    stratum: Stratum

    @property
    def tested(self) -> str:
        """Corpus on which it was predicted."""
        return self.stratum.tested

    @property
    def type(self) -> str:
        """Predicted type, which the corpus never annotated."""
        return self.stratum.type


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of one model's predictions."""

    mentions: tuple[SampledMention, ...]
    """Drawn predictions, sorted by tested corpus, document, start, descending end and type."""
    strata: tuple[Stratum, ...]
    """Strata with predictions, sorted by tested corpus, type and band."""
    outside_bands: int
    """Number of predictions whose score is in no band; they are not drawn."""


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A gold mention in a sentence."""

    start: int
    """Offset in the sentence, in code points."""
    end: int
    """Offset of its end in the sentence; a mention that crosses sentences is cut there."""
    type: str


@dataclass(frozen=True, slots=True)
class SampledSentence:
    """A sentence with drawn predictions and its gold mentions."""

    sentence: Sentence
    sampled: tuple[SampledMention, ...]
    gold: tuple[GoldMention, ...]


def draw_sample(
    decisions: pa.Table, *, bands: Sequence[float], per_stratum: int, seed: int
) -> Sample:
    """Draw at most `per_stratum` out-of-inventory predictions from each stratum.

    `decisions` is a table of `decisions.table.SCHEMA`, `bands` are the edges of the score bands.
    Raises `InputError` unless there are two edges or more, and each is higher than the one before.
    """
    if len(bands) < 2 or any(low >= high for low, high in pairwise(bands)):
        raise InputError(
            f"the score bands {list(bands)} are not in ascending order",
            remedy="give at least two edges in `assess.score_bands`, the lowest first",
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
    """Add the sentences of drawn mentions, in the order of the sample.

    `sentences` are those of all tested sources of the sample. Raises `InputError` if a sentence is
    missing or has another text at a mention's offsets, because then the corpus has changed.
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
                f"{key[0]}: sentence {key[2]} of document {key[1]} has changed since it was"
                " evaluated",
                remedy="run `sru-ner evaluate` again",
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
