"""Pages as the site's builder reads them, from pages as GitHub shows them.

Pages keep their folders. README.md is the front page, and pages outside docs/ get a place of their
own. A link to a file that is no page leads to the repository, or says the file's path.
"""

import os
import posixpath
import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from sru_ner.files import write_text
from tools.docs_site.formulas import with_mathml

PLACES: Mapping[str, str] = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "models/released/sru-ner-biomed-small/README.md": "reference/released-model.md",
}
"""Pages outside docs/, by their path in the repository → their place in the site."""

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
_FENCE = re.compile(r"^( *```)(\w+) +(\S.*)$", re.MULTILINE)
_CODE = re.compile(r"^( *)```.*?^\1``` *$", re.MULTILINE | re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def write_pages(root: Path, target: Path, *, repository: str | None = None) -> None:
    """Write all pages and what they show into a folder.

    root: the checkout. target: a folder that does not exist yet. repository: address below which
    the repository's files are, such as `https://…/blob/main/`; without one, links to other files
    become their paths.
    """
    shutil.copytree(root / "docs", target)
    places = {f"docs/{p.relative_to(target).as_posix()}": p for p in target.rglob("*")}
    places |= {path: target / place for path, place in PLACES.items() if (root / path).is_file()}
    for path, page in places.items():
        if path.endswith(".md"):
            text = (root / path).read_text(encoding="utf-8")
            write_text(page, site_page(text, path, places, repository))


def site_page(text: str, path: str, places: Mapping[str, Path], repository: str | None) -> str:
    """Return one page in the builder's form.

    path: the page's path in the repository, with `/`. places: path in the repository → file in the
    site, for all pages and pictures.
    """
    here = places[path].parent

    def link(found: re.Match[str]) -> str:
        picture, words, address = found.groups()
        target, hash_, anchor = address.partition("#")
        if not target or "://" in target:
            return found[0]
        wanted = posixpath.normpath(str(PurePosixPath(path).parent / target))
        if wanted in places:
            relative = Path(os.path.relpath(places[wanted], here)).as_posix()
            return f"{picture}[{words}]({relative}{hash_}{anchor})"
        if repository:
            return f"{picture}[{words}]({repository}{wanted}{hash_}{anchor})"
        return words if words.strip("`/") == wanted else f"{words} (`{wanted}`)"

    parts, end = [], 0
    text = _FRONT_MATTER.sub("", text)
    for code in _CODE.finditer(text):
        parts += [
            _LINK.sub(link, text[end : code.start()]),
            _FENCE.sub(r'\1\2 title="\3"', code[0]),
        ]
        end = code.end()
    return with_mathml("".join([*parts, _LINK.sub(link, text[end:])]))
