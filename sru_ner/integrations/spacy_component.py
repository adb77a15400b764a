"""A trained model as a spaCy component: `nlp.add_pipe("sru_ner", config={"model": …})`.

Mentions have offsets into the text, spaCy's spans are of whole tokens. A mention that begins or
ends inside a token becomes the span of all tokens that it touches, so that none is lost. Its own
offsets stay in the group's `attrs`, whose lists have an entry for each of its spans:

    doc.spans["sru_ner"].attrs["scores"]    confidence, in (0.5, 1]
    doc.spans["sru_ner"].attrs["offsets"]   [start, end] in code points, end exclusive
    doc.spans["sru_ner"].attrs["labels"]    the model's own labels behind the type

Of the component itself, only its settings are written to disk: a pipeline names its model's
address, and does not hold a copy.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import tee
from typing import TYPE_CHECKING, Any, cast

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from sru_ner.inference.selection import lowest_scores, non_overlapping

if TYPE_CHECKING:
    from sru_ner.inference.annotator import Annotator
    from sru_ner.inference.spans import AnnotatedSpan

NAME = "sru_ner"
"""Of the factory, and of the group of spans unless it is told another."""


@Language.factory(
    NAME,
    assigns=["doc.spans", "doc.ents"],
    default_config={
        "types": None,
        "threshold": 0.5,
        "spans_key": NAME,
        "fill_ents": True,
        "batch_size": 32,
        "device": None,
        "precision": "fp32",
    },
)
def make_component(
    nlp: Language,
    name: str,
    *,
    model: str,
    types: list[str] | None,
    threshold: float | dict[str, float] | str,
    spans_key: str,
    fill_ents: bool,
    batch_size: int,
    device: str | None,
    precision: str,
) -> "SpanAnnotator":
    """Make the component from a pipeline's settings.

    model: folder, `models:/name@alias` or hub id. types, threshold: as in `Annotator.annotate`.
    spans_key: the group of `doc.spans` to fill. fill_ents: also write the best mentions that do not
    overlap to `doc.ents`. batch_size: sentences per pass of the encoder. Errors as in
    `Annotator.load` and `Annotator.annotate`.
    """
    # spaCy imports this module to know the factory; torch takes seconds to import.
    from sru_ner.inference.annotator import Annotator  # noqa: PLC0415

    annotator = Annotator.load(model, device=device, precision=precision)  # type: ignore[arg-type]
    lowest = lowest_scores(
        annotator.types, types=types, threshold=threshold, model=annotator.experiment
    )
    return SpanAnnotator(
        annotator, lowest, spans_key=spans_key, fill_ents=fill_ents, batch_size=batch_size
    )


class SpanAnnotator:
    """Marks the mentions of documents."""

    def __init__(
        self,
        annotator: "Annotator",
        lowest: dict[str, float],
        *,
        spans_key: str,
        fill_ents: bool,
        batch_size: int,
    ) -> None:
        """lowest: the lowest score to give, for each type that is wanted."""
        self.annotator = annotator
        self.lowest, self.batch_size = lowest, batch_size
        self.spans_key, self.fill_ents = spans_key, fill_ents

    def __call__(self, doc: Doc) -> Doc:
        """Mark one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], **_: Any) -> Iterator[Doc]:
        """Mark documents as they come, some hundred sentences at a time.

        spaCy's own batch size, a number of documents, is not used: sentences of one length are
        read together, whatever their documents.
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
        # None is for ranges outside the document.
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


def best_entities(doc: Doc, spans: Sequence[Span], scores: Sequence[float]) -> list[Span]:
    """Of the spans, the choice without overlapping tokens that has the highest sum of scores.

    Entities that other components found stay, and what overlaps with them is left out.
    """
    taken = {token.i for entity in doc.ents for token in entity}
    free = [i for i, span in enumerate(spans) if taken.isdisjoint(range(span.start, span.end))]
    best = non_overlapping([(spans[i].start, spans[i].end, scores[i]) for i in free])
    return [spans[free[number]] for number in best]
