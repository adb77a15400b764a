"""The figures of the documentation are those that the code draws, and each is shown on a page."""

import re
from xml.etree import ElementTree as ET

from tests.docs.blocks import ROOT
from tools.figures.all import FOLDER, figures


def test_the_figures_are_current() -> None:
    stale = [
        name
        for name, svg in figures().items()
        if (FOLDER / name).read_text(encoding="utf-8") != svg
    ]
    assert stale == [], "run `python -m tools.figures`"


def test_each_figure_is_on_a_page_and_says_what_it_shows() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
    shown = set().union(
        *(re.findall(r"images/([\w-]+\.\w+)\)", p.read_text("utf-8")) for p in pages)
    )
    assert {path.name for path in FOLDER.iterdir()} == shown
    for svg in figures().values():
        title = ET.fromstring(svg).find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert len(title.text or "") > 10


def test_texts_are_within_the_figure() -> None:
    for name, svg in figures().items():
        root = ET.fromstring(svg)
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            # A letter is about half as wide as it is high.
            long = len(text.text or "") * float(text.attrib["font-size"]) * 0.5
            before = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.attrib["text-anchor"]]
            start = float(text.attrib["x"]) - before * long
            assert start >= 0, (name, text.text)
            assert start + long <= width, (name, text.text)
            assert 0 < float(text.attrib["y"]) <= height, (name, text.text)
