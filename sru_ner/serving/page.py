"""Serves a page to try models: it draws, filters and compares the mentions in a text."""

from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from sru_ner.errors import InputError
from sru_ner.inference.annotator import Annotator
from sru_ner.rendering.amounts import counted
from sru_ner.rendering.drawing import LabelledSpan, colours_of, draw_spans
from sru_ner.rendering.pages import render_page

EXAMPLES = (
    "Tamoxifen lowers the risk of breast cancer in BRCA2 carriers, but may cause endometrial"
    " cancer and deep vein thrombosis.",
    "Mutations of the ataxia-telangiectasia gene (ATM) were found in patients with T-cell"
    " prolymphocytic leukaemia who had been treated with cyclophosphamide.",
    "In Wistar rats, acetaminophen-induced liver injury was prevented by N-acetylcysteine and by"
    " an antibody against tumour necrosis factor alpha.",
)
"""Invented texts that the page offers."""

# The time of drawing grows with the square of the mentions, and the size with the letters in them.
_MOST_SPANS = 3_000
_MOST_MARKED = 150_000

# The page may exchange data with its own server only.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
    " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
)


class Mention(BaseModel):
    """Mention to draw. Offsets are code points, end exclusive."""

    start: int = Field(ge=0)
    end: int
    type: str


class Picture(BaseModel):
    """Text with the mentions to draw below it."""

    model_config = ConfigDict(strict=True)

    text: str
    spans: list[Mention]


def add_page(app: FastAPI, annotators: Mapping[str, Annotator], *, longest: int) -> None:
    """Serve the page at `/`, and the drawings that it shows at `/draw`.

    The page sends texts to `/annotate` and the mentions that it shows to `/draw`. longest: most
    characters in a text.
    """
    types = {name: annotator.types for name, annotator in annotators.items()}
    colours = colours_of(type_ for known in types.values() for type_ in known)
    page = render_page(
        "serving/page.html.j2",
        models=types,
        colours=colours,
        examples=EXAMPLES,
        longest=longest,
    )

    @app.get("/", include_in_schema=False)
    def root() -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})

    @app.post("/draw", include_in_schema=False)
    def draw(picture: Picture) -> HTMLResponse:
        marked = sum(span.end - span.start for span in picture.spans)
        if len(picture.spans) > _MOST_SPANS or marked > _MOST_MARKED:
            raise InputError(
                f"there are more than {_MOST_SPANS:,} mentions to draw, or more than"
                f" {_MOST_MARKED:,} characters in them",
                remedy="draw a part of the text",
            )
        if len(picture.text) > longest:
            raise InputError(f"the text has more than {counted(longest, 'character')}")
        for span in picture.spans:
            if not span.start < span.end <= len(picture.text):
                raise InputError(f"there is no text from {span.start} to {span.end}")
        labelled = [
            LabelledSpan(span.start, span.end, span.type, colours.get(span.type, "#5b6675"))
            for span in picture.spans
        ]
        return HTMLResponse(draw_spans(picture.text, labelled))
