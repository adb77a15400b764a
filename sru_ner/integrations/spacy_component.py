"""Provides a trained model as a spaCy component: `nlp.add_pipe("sru_ner")`.

The setting `model` names a model other than the default model: `config={"model": …}`.

The spans of spaCy are made of whole tokens. A mention that begins or ends inside a token becomes
the span of all tokens that it touches, so that none is lost. The exact offsets are kept in the
group's `attrs`, whose lists have an entry for each span of the group:

    doc.spans["sru_ner"].attrs["scores"]    confidence, in (0.5, 1]
    doc.spans["sru_ner"].attrs["offsets"]   [start, end] in code points, end exclusive
    doc.spans["sru_ner"].attrs["labels"]    labels of the model that have the span's type

`span._.score` is the confidence of a span of the group or of `doc.ents`, and None of any other
span. A `score` that a program has defined for spans before it loads this component is kept.

Only the settings of the component are written to disk: a pipeline holds the model reference, not a
copy of the model.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import tee
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from sru_ner.inference.overlaps import TypedInterval, without_overlaps
from sru_ner.inference.selection import lowest_scores

if TYPE_CHECKING:
    from sru_ner.inference.annotator import Annotator
    from sru_ner.inference.spans import AnnotatedSpan

NAME = "sru_ner"
"""Name of the factory, and default name of the group of spans."""


@Language.factory(
    NAME,
    assigns=["doc.spans", "doc.ents"],
    default_config={
        "model": None,
        "types": None,
        "threshold": 0.5,
        "overlaps": None,
        "style": "any",
        "spans_key": NAME,
        "fill_ents": True,
        "batch_size": 32,
        "device": None,
        "precision": "auto",
    },
)
def make_component(
    nlp: Language,
    name: str,
    *,
    model: str | None,
    types: list[str] | None,
    threshold: float | dict[str, float] | str,
    overlaps: str | None,
    style: str,
    spans_key: str,
    fill_ents: bool,
    batch_size: int,
    device: str | None,
    precision: str,
) -> "SpanAnnotator":
    """Make the component from the settings of a pipeline.

    model: see `Annotator.load`. types, threshold, overlaps, style: see `Annotator.annotate`.
    spans_key: name of the group of `doc.spans` to fill. fill_ents: also write the best mentions
    that do not overlap to `doc.ents`. batch_size: sentences per pass of the encoder. Raises the
    same errors as `Annotator.load` and `Annotator.annotate`.
    """
    # spaCy imports this module to find the factory, and importing torch takes seconds.
    from sru_ner.inference.annotator import Annotator  # noqa: PLC0415

    annotator = Annotator.load(
        model,
        device=device,
        precision=precision,  # type: ignore[arg-type]
        overlaps=overlaps,
        style=style,
    )
    lowest = lowest_scores(
        annotator.types, types=types, threshold=threshold, model=annotator.experiment
    )
    return SpanAnnotator(
        annotator, lowest, spans_key=spans_key, fill_ents=fill_ents, batch_size=batch_size
    )


class SpanAnnotator:
    """Component that adds the mentions of documents to them."""

    def __init__(
        self,
        annotator: "Annotator",
        lowest: dict[str, float],
        *,
        spans_key: str,
        fill_ents: bool,
        batch_size: int,
    ) -> None:
        """lowest: lowest score to return, for each wanted type."""
        self.annotator = annotator
        self.lowest, self.batch_size = lowest, batch_size
        self.spans_key, self.fill_ents = spans_key, fill_ents

    @property
    def labels(self) -> tuple[str, ...]:
        """Types that the component marks, sorted, as components of spaCy name them."""
        return tuple(sorted(self.lowest))

    def __call__(self, doc: Doc) -> Doc:
        """Add the mentions of one document to it; return the document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], **_: Any) -> Iterator[Doc]:
        """Add mentions to documents; yield them in order, some hundred sentences at a time.

        spaCy's batch size, a number of documents, is not used: sentences of one length are read
        together, also those of different documents.
        """
        docs, again = tee(stream)
        found = self.annotator.annotate(
            (doc.text for doc in again),
            batch_size=self.batch_size,
            types=self.lowest,
            threshold=self.lowest,
        )
        for doc, mentions in zip(docs, found, strict=True):
            yield self._mark(doc, mentions)

    def _mark(self, doc: Doc, mentions: Sequence["AnnotatedSpan"]) -> Doc:
        # `char_span` returns None for offsets outside the document only.
        spans = [
            cast("Span", doc.char_span(m.start, m.end, label=m.type, alignment_mode="expand"))
            for m in mentions
        ]
        scores = [mention.score for mention in mentions]
        doc.spans[self.spans_key] = SpanGroup(
            doc,
            name=self.spans_key,
            spans=spans,
            attrs={
                "scores": scores,
                "offsets": [[mention.start, mention.end] for mention in mentions],
                "labels": [list(mention.labels) for mention in mentions],
            },
        )
        if self.fill_ents:
            doc.ents = [*doc.ents, *best_entities(doc, spans, scores)]
        return doc


def score_of(span: Span) -> float | None:
    """Return the confidence of a mention, in (0.5, 1]; None for a span that is no mention.

    If several mentions have become the same tokens, it is the highest.
    """
    scores = []
    for group in span.doc.spans.values():
        own, offsets = group.attrs.get("scores"), group.attrs.get("offsets")
        # A group of another component has no scores; one that was changed does not fit them.
        if own is None or offsets is None or not len(own) == len(offsets) == len(group):
            continue
        first = bisect_left(offsets, span.start_char, key=itemgetter(0))
        for number in range(first, len(offsets)):
            if offsets[number][0] >= span.end_char:
                break
            other = group[number]
            if (other.start, other.end, other.label) == (span.start, span.end, span.label):
                scores.append(own[number])
    return max(scores, default=None)


if not Span.has_extension("score"):
    Span.set_extension("score", getter=score_of)


def best_entities(doc: Doc, spans: Sequence[Span], scores: Sequence[float]) -> list[Span]:
    """Choose the spans that share no token and have the highest sum of scores.

    scores: score of each span. Spans that overlap with entities of other components are left out.
    """
    taken = {token.i for entity in doc.ents for token in entity}
    free = [i for i, span in enumerate(spans) if taken.isdisjoint(range(span.start, span.end))]
    best = without_overlaps(
        [TypedInterval(spans[i].start, spans[i].end, spans[i].label_, scores[i]) for i in free]
    )
    return [spans[free[number]] for number in best]
