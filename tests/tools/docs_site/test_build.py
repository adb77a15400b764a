"""The site is built without a broken link, works offline, and has every page in its navigation."""

import re
import shutil
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from sru_ner.errors import InputError
from tools.docs_site.build import CONFIG, ROOT, build
from tools.docs_site.pages import PLACES

LOADING = {"img": "src", "script": "src", "iframe": "src", "source": "src", "link": "href"}
"""Element → the attribute whose address a browser loads without being asked."""


class Page(HTMLParser):
    """Addresses that a page loads or links to, and its anchors."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[key] for key in ("id", "name") if key in given}
        if tag in LOADING and LOADING[tag] in given:
            self.loads.append(given[LOADING[tag]])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site") / "built")


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html")}


def test_every_page_is_in_the_navigation() -> None:
    project = tomllib.loads((ROOT / CONFIG).read_text(encoding="utf-8"))["project"]
    sections = [target for entry in project["nav"] for target in entry.values()]
    listed = [
        t for s in sections for e in ([{"": s}] if isinstance(s, str) else s) for t in e.values()
    ]
    written = [p.relative_to(ROOT / "docs").as_posix() for p in ROOT.glob("docs/**/*.md")]
    assert sorted(listed) == sorted([*written, *PLACES.values()]), f"edit nav in {CONFIG}"


def test_all_links_within_the_site_lead_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        if path.name == "404.html":  # its links begin at the server's root
            continue
        for address in (*page.loads, *page.links):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            found = target.is_file() and target.is_relative_to(site)
            if found and parts.fragment and target in pages:
                found = parts.fragment in pages[target].anchors
            if not found:
                broken.append(f"{path.relative_to(site)}: {address}")
    assert len(pages) > 30
    assert broken == []


def test_the_site_loads_nothing_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    loads = {address for page in pages.values() for address in page.loads}
    assert len(loads) > 10
    assert [address for address in sorted(loads) if urlsplit(address).netloc] == []
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"url\(\s*['\"]?(?:https?:)?//[^)]*|@import[^;]*", styles) == []
    scripts = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.js"))
    scripts += "".join(re.findall(r"<script[^>]*>(.*?)</script>", _all(pages), re.DOTALL))
    # What is left names a namespace or a licence.
    named = set(re.findall(r"https?://([\w.-]+\.\w+)", scripts))
    assert named <= {"www.w3.org", "fontawesome.com"}


def _all(pages: dict[Path, Page]) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in pages)


def test_formulas_code_and_titles_are_drawn(site: Path) -> None:
    equations = (site / "explanation/model.html").read_text(encoding="utf-8")
    assert equations.count("<math") > 50
    assert "\\begin" not in equations
    assert "$" not in re.sub(r"<code.*?</code>|<script.*?</script>", "", equations, flags=re.DOTALL)
    score = (site / "how-to/score-another-tool.html").read_text(encoding="utf-8")
    assert '<span class="filename">gold.txt</span>' in score


def test_a_broken_link_is_an_error(tmp_path: Path) -> None:
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / CONFIG, tmp_path / CONFIG)
    (tmp_path / "README.md").write_text("# Home\n\n[there](docs/page.md#nowhere)\n")
    (tmp_path / "docs/page.md").write_text("# Page\n\n## Somewhere\n")
    with pytest.raises(InputError, match="anchor does not exist"):
        build(tmp_path / "built", root=tmp_path)
