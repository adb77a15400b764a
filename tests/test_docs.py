"""Pages: their links lead somewhere, and the code that they name exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = sorted(ROOT.glob("docs/**/*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]
MODEL = ROOT / "docs/explanation/model.md"
CODE = "sru_ner|flows|bench|tools|tests"
"""Folders whose files and modules the pages name."""


def links(page):
    """Targets of a page's links into the repository, with their anchors; code has no links."""
    text = re.sub(r"`[^`\n]+`", "", page.read_text(encoding="utf-8"))
    found = re.findall(r"\]\(([^)\s]+)\)", text)
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


def named_paths(page):
    """Paths of code on a page, as glob patterns: `<reader>` stands for any name."""
    found = re.findall(rf"(?<![\w/.])(?:{CODE})/[\w./*<>-]*", page.read_text(encoding="utf-8"))
    return {re.sub(r"<\w+>", "*", path.rstrip(".")) for path in found}


def named_modules(page):
    """Dotted names of modules on a page."""
    return set(
        re.findall(rf"(?<![\w/.])(?:{CODE})(?:\.\w+)+\b(?!/)", page.read_text(encoding="utf-8"))
    )


def is_module(name):
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_code_exists(page):
    assert [path for path in sorted(named_paths(page)) if not any(ROOT.glob(path))] == []
    assert [name for name in sorted(named_modules(page)) if not is_module(name)] == []


def test_names_of_code_are_found():
    assert {"sru_ner/corpora/readers/*.py"} < set().union(*map(named_paths, PAGES))
    assert {"sru_ner.predictions", "flows.pipeline"} < set().union(*map(named_modules, PAGES))


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
