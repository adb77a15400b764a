"""The code on a page: its blocks, and the commands that its text names."""

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
MADE = {"docs/reference/command-line.md", "docs/reference/python.md"}
"""Pages whose code is signatures and usage, made by tools."""

_PARSER = MarkdownIt("commonmark").enable("table")
_PROGRAMS = (
    "! |cat|cp|curl|docker|dvc|echo|export|git|head|hf|make|mlflow|pip|prefect|python|sed|source"
    "|sru-ner|torchrun"
)
_SHELL = re.compile(rf"^(?:[A-Z_]+=\S+ )*(?:{_PROGRAMS})\b")


@dataclass(frozen=True)
class Block:
    """A block of code on a page."""

    kind: str
    """`shell`, `python`, `file` (its name is in `title`) or `other`: output, settings, formulas."""
    text: str
    title: str


def name_of(page: Path) -> str:
    """A page's path in the repository, with `/`."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in their order; those in lists too."""
    tokens = _PARSER.parse(page.read_text(encoding="utf-8"))
    found = []
    for token in tokens:
        if token.type in ("fence", "code_block"):
            language, _, title = token.info.partition(" ")
            found.append(Block(_kind(language, title, token.content), token.content, title.strip()))
    return found


def _kind(language: str, title: str, text: str) -> str:
    if language in ("sh", "bash"):
        return "shell"
    if language == "python" or (not language and re.match(r"(?:from|import) \w", text)):
        return "python"
    if title:
        return "file"
    return "shell" if not language and _SHELL.match(text) else "other"


def commands(text: str) -> list[str]:
    """The commands of a shell block; a command may go over several lines."""
    joined = re.sub(r"\\\n\s*", " ", text)
    found: list[str] = []
    quoted = False
    for line in joined.splitlines():
        if quoted:
            found[-1] += "\n" + line
        elif line.strip():
            found.append(line)
        quoted ^= line.count("'") % 2 == 1 and not line.lstrip().startswith("#")
    return found


def named_commands(page: Path) -> list[str]:
    """All that begins with `sru-ner` on a page: in blocks, and as code in its text."""
    found = [c for b in blocks(page) if b.kind == "shell" for c in commands(b.text)]
    for token in _PARSER.parse(page.read_text(encoding="utf-8")):
        found += [c.content for c in token.children or [] if c.type == "code_inline"]
    pieces = [piece.strip() for c in found for piece in re.split(r"\s\|\s|&&|;|\s#\s|\s>\s", c)]
    return [piece for piece in pieces if piece.startswith("sru-ner ")]
