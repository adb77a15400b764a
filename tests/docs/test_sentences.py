"""README and docs are written in short sentences."""

import re
from statistics import mean

from markdown_it import MarkdownIt

from tests.docs.blocks import PAGES

LONGEST_MEAN = 13
"""Words of a sentence, on average over all pages; tables and headings do not count."""


def sentences(text: str) -> list[str]:
    """Sentences of a page's paragraphs and lists. A colon before a list or block ends one."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    found, in_table = [], False
    for before, token in zip([None, *tokens], tokens, strict=False):
        in_table = token.type == "table_open" or (in_table and token.type != "table_close")
        if token.type != "inline" or in_table or (before and before.type == "heading_open"):
            continue
        kept = [c for c in token.children or [] if c.type != "image"]
        marked = ["`" * (c.type == "code_inline") + c.content for c in kept]
        words = "".join(m or " " * ("break" in c.type) for m, c in zip(marked, kept, strict=True))
        words = re.sub(r"\$[^$]+\$", "formula", words)
        found += [s for s in re.split(r"(?<=[.!?])\)?\s+(?=[A-Z`(“‘\d†])", words) if s.strip()]
    return found


def test_sentences_are_told_apart() -> None:
    text = "# A b c\n\nOne two. Three `x.y` four (five).\nSix: \n\n- seven\n\n| a |\n|---|\n| b |\n"
    assert [len(s.split()) for s in sentences(text)] == [2, 4, 1, 1]


def test_sentences_are_short_on_average() -> None:
    lengths = [len(s.split()) for p in PAGES for s in sentences(p.read_text(encoding="utf-8"))]
    assert len(lengths) > 800
    assert mean(lengths) <= LONGEST_MEAN
