"""The sample as an HTML page: each sentence with its predicted and gold mentions."""

from collections.abc import Sequence

from markupsafe import Markup

from sru_ner.assessment.sample import Sample, SampledSentence
from sru_ner.rendering.amounts import counted
from sru_ner.rendering.drawing import LabelledSpan, colours_of, draw_spans
from sru_ner.rendering.pages import render_page

TEMPLATE = "assessment/exports/sample.html.j2"

_GOLD = "#5b6675"  # a grey, so that gold mentions are not taken for predictions


def to_page(
    sample: Sample, sentences: Sequence[SampledSentence], *, suite: str, model: str, split: str
) -> str:
    """Return a self-contained page with filters by corpus and type, also if nothing was drawn."""
    colours = colours_of(mention.type for mention in sample.mentions)
    return render_page(
        TEMPLATE,
        counted=counted,
        suite=suite,
        model=model,
        split=split,
        sample=sample,
        types=list(colours),
        colours=colours,
        gold=_GOLD,
        corpora=sorted({mention.tested for mention in sample.mentions}),
        items=[(item, draw_item(item, colours)) for item in sentences],
    )


def draw_item(item: SampledSentence, colours: dict[str, str]) -> Markup:
    """Draw a sentence with its mentions below the words; `colours` are by predicted type."""
    shift = item.sentence.start
    sampled = [
        LabelledSpan(m.start - shift, m.end - shift, f"{m.type} {m.score:.2f}", colours[m.type])
        for m in item.sampled
    ]
    gold = [
        LabelledSpan(g.start, g.end, f"annotated: {g.type}", _GOLD, dashed=True) for g in item.gold
    ]
    return draw_spans(item.sentence.text, [*sampled, *gold])
