"""The sample as a page to read: each sentence with predicted and annotated mentions drawn."""

from collections.abc import Sequence

from markupsafe import Markup

from sru_ner.assessment.sample import Sample, SampledSentence
from sru_ner.rendering.drawing import LabelledSpan, colours_of, draw_spans
from sru_ner.rendering.pages import render_page

TEMPLATE = "assessment/exports/sample.html.j2"

_GOLD = "var(--gold)"  # the style sheet draws whatever has this colour dashed


def to_page(
    sample: Sample, sentences: Sequence[SampledSentence], *, suite: str, model: str, split: str
) -> str:
    """A self-contained page with filters by corpus and type; says so if nothing was drawn."""
    colours = colours_of(mention.type for mention in sample.mentions)
    return render_page(
        TEMPLATE,
        suite=suite,
        model=model,
        split=split,
        sample=sample,
        types=list(colours),
        colours=colours,
        corpora=sorted({mention.tested for mention in sample.mentions}),
        items=[(item, draw_item(item, colours)) for item in sentences],
    )


def draw_item(item: SampledSentence, colours: dict[str, str]) -> Markup:
    """A sentence with its nested mentions drawn below the words; `colours` by predicted type."""
    shift = item.sentence.start
    sampled = [
        LabelledSpan(m.start - shift, m.end - shift, f"{m.type} {m.score:.2f}", colours[m.type])
        for m in item.sampled
    ]
    gold = [LabelledSpan(g.start, g.end, f"annotated: {g.type}", _GOLD) for g in item.gold]
    return draw_spans(item.sentence.text, [*sampled, *gold])
