"""The page on which one assessor judges a sample: one HTML file that needs no server or network."""

from collections.abc import Sequence

from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement, VerdictFile
from sru_ner.rendering.drawing import colours_of
from sru_ner.rendering.pages import embedded, render_page

TEMPLATE = "assessment/exports/page.html.j2"
SCRIPTS = (
    "rendering/levels.js",
    "rendering/drawing.js",
    *(f"assessment/exports/{name}.js" for name in ("verdicts", "page", "keys")),
)
"""Parts of the page's script, in their order."""


def to_page(items: Sequence[Item], *, sample: str, assessor: str, guidelines: str = "") -> str:
    """Return the page with the items of one assessor, in their order; there may be none.

    sample: the digest of the whole sample, which the verdict file repeats. assessor: a name that is
    shown on the page and written into the verdict file. guidelines: plain text that the page shows
    first. Verdicts are kept in the browser, for each sample and assessor.
    """
    head = VerdictFile(sample=sample, assessor=assessor, verdicts=())
    types = sorted({item.type for item in items})
    facts = {
        "head": head.model_dump(mode="json", exclude={"verdicts"}),
        "items": [item.model_dump(exclude={"shared", "assessors"}) for item in items],
        "names": [judgement.value for judgement in Judgement],
        "colours": colours_of(types),
        "file": f"verdicts-{_file_name(assessor)}-{sample[:8]}.json",
    }
    return render_page(
        TEMPLATE,
        assessor=assessor,
        guidelines=guidelines.strip(),
        count=len(items),
        types=types,
        judgements=list(Judgement),
        facts=embedded(facts),
        scripts=SCRIPTS,
    )


def _file_name(assessor: str) -> str:
    """Return a name as part of a file's name, in which other characters become `-`."""
    return "".join(c if c.isalnum() else "-" for c in assessor)
