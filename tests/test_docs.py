"""The pages lead where they say, and are where the code says."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = sorted(ROOT.glob("docs/**/*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]
MODEL = ROOT / "docs/explanation/model.md"


def links(page):
    """Targets of a page's links into the repository, with their anchors."""
    found = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    split = [target.partition("#") for target in found if "://" not in target]
    return [((page.parent / path).resolve() if path else page, at) for path, _, at in split]


def anchors(page):
    """What GitHub calls the headings of a page."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    assert [path for path, _ in links(page) if not path.exists()] == []
    assert [at for path, at in links(page) if at and at not in anchors(path)] == []


def test_every_page_can_be_reached():
    reached = {path for page in PAGES for path, _ in links(page) if path != page}
    assert set(DOCS) - reached == set()


def test_cited_sections_of_the_model_exist():
    sections = set(re.findall(r"^## (\d+)\. ", MODEL.read_text(encoding="utf-8"), re.MULTILINE))
    code = [p for folder in ("sru_ner", "conf", "bench") for p in ROOT.glob(f"{folder}/**/*.*")]
    text = "".join(p.read_text("utf-8") for p in code if p.suffix in {".py", ".yaml"})
    cited = re.findall(r"model\.md (§\d+(?:(?:, | and )§\d+)*)", text)
    assert len(cited) > 5
    assert set(re.findall(r"\d+", "".join(cited))) <= sections
    assert len(re.findall(r"§\d", text)) == len(re.findall(r"\d+", "".join(cited)))
