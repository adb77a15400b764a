"""The mentions of one text: a list, which notebooks show as the marked text."""

from collections.abc import Iterable

from sru_ner.inference.spans import AnnotatedSpan


class Mentions(list[AnnotatedSpan]):
    """The mentions of a text, sorted by (start, -end, type), with the text.

    It is a list in all else, and equal to a list of the same mentions.
    """

    def __init__(self, text: str, spans: Iterable[AnnotatedSpan] = ()) -> None:
        """text: the annotated text, in which the offsets are valid."""
        super().__init__(spans)
        self.text = text

    def _repr_html_(self) -> str:
        """Return the text with its mentions drawn below the words, as a notebook shows it."""
        # Only notebooks need it.
        from sru_ner.rendering.drawing import (  # noqa: PLC0415
            LabelledSpan,
            colours_of,
            draw_spans,
        )
        from sru_ner.rendering.pages import render_page  # noqa: PLC0415

        colours = colours_of(span.type for span in self)
        drawn = [LabelledSpan(s.start, s.end, s.type, colours[s.type]) for s in self]
        return render_page("inference/mentions.html.j2", drawing=draw_spans(self.text, drawn))
