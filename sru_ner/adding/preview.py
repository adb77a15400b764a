"""Shows how a corpus is read: counts, refusals and one sentence with its mentions drawn."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sru_ner.adding.files import LocalFile
from sru_ner.corpora.source import Source
from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.rendering.amounts import counted
from sru_ner.settings.sections import HarmonizeSettings

MOST_REFUSED = 0.5
"""Share of refused mentions above which a corpus cannot be added."""


class Drawn(NamedTuple):
    """A mention in a sentence, with offsets in code points of the sentence."""

    start: int
    end: int
    type: str


class Example(NamedTuple):
    """A sentence and its mentions."""

    text: str
    spans: list[Drawn]


def preview(source: Source, files: Sequence[LocalFile]) -> tuple[dict[str, Any], Example | None]:
    """Harmonise a corpus into a temporary folder; return the report and an example sentence.

    Up to `MOST_REFUSED` of the mentions may be refused, because the user has to see which. Raises
    `InputError` about the user's files if more are, or if no mention of a split is left.
    """
    with TemporaryDirectory(prefix="sru-ner-add-") as folder:
        raw, out, reports = (Path(folder) / name for name in ("raw", "out", "reports"))
        (raw / source.name).mkdir(parents=True)
        places = {raw / source.name / file.raw_name: file.path for file in files}
        for link, path in places.items():
            link.symlink_to(path.resolve())
        most = max(MOST_REFUSED, source.max_refused_share or 0)
        settings = HarmonizeSettings(max_refused_share=most)
        lenient = source.model_copy(update={"max_refused_share": None})
        try:
            report = harmonize_source(lenient, raw, out, reports, settings)
        except InputError as error:
            raise _about_own_files(error, places, raw / source.name) from None
        return report, _example(out, source.name, list(report["splits"]))


def _about_own_files(error: InputError, places: Mapping[Path, Path], folder: Path) -> InputError:
    """Return an error of the temporary folder as one about the files that the user named."""
    problem, path = error.problem, str(error.path or "")
    for link, own in places.items():
        problem, path = problem.replace(str(link), str(own)), path.replace(str(link), str(own))
    if path == str(folder):
        path = ", ".join(sorted({str(own) for own in places.values()})[:3])
    return InputError(
        problem,
        path=path or None,
        line=error.line,
        remedy="correct the files, or check --reader, --option and --type",
    )


def _example(root: Path, name: str, splits: Sequence[str], width: int = 96) -> Example | None:
    """Return the sentence with the deepest nesting, then the most mentions; a short one if any."""
    best: tuple[tuple[bool, int, int], Example] | None = None
    for split in splits:
        spans: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for row in Corpus(root, name).split(split).table("spans").to_pylist():
            if not row["crosses_sentence"]:
                spans.setdefault((row["document_id"], row["sentence_id"]), []).append(row)
        for sentence in Corpus(root, name).split(split).sentences():
            rows = spans.get((sentence.document_id, sentence.sentence_id), [])
            depth = max((row["depth"] for row in rows), default=-1)
            rank = (len(sentence.text) <= width, depth, min(len(rows), 5))
            if rows and (best is None or rank > best[0]):
                at = sentence.start
                drawn = [Drawn(r["start"] - at, r["end"] - at, r["type"]) for r in rows]
                best = rank, Example(sentence.text, drawn)
    return best[1] if best else None


def draw(example: Example, width: int = 96) -> list[str]:
    """Return lines: the sentence, and below it a bar and the type of each mention.

    Inner mentions are drawn lower. A sentence wider than `width` is cut around its first mention,
    and mentions outside the cut are not drawn.
    """
    first = min((span.start for span in example.spans), default=0)
    left = max(0, min(first - 10, len(example.text) - width))
    shown = example.text[left : left + width].replace("\n", " ").replace("\t", " ")
    rows: list[str] = []
    for span in sorted(example.spans, key=lambda s: (s.start, -s.end, s.type)):
        start, end = span.start - left, span.end - left
        if not 0 <= start < end <= len(shown):
            continue
        bar = "╰" + "─" * (end - start - 2) + "╯" if end - start > 1 else "╵"
        label = f"{bar} {span.type}"
        level = next((i for i, row in enumerate(rows) if len(row) < max(1, start)), len(rows))
        if level == len(rows):
            rows.append("")
        rows[level] = rows[level].ljust(start) + label
    return [shown, *rows]


def _incidents(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each reason in the report, with the place of its first example."""
    for outcome in ("refused", "repaired", "noted"):
        for reason, entry in report[outcome].items():
            if reason == "passed_over":  # the command names these files itself
                continue
            first = entry["examples"][0]
            place = f"{first['file']}:{first['line']}" if first["line"] else first["file"]
            yield (
                f"{outcome} {entry['mentions'] or entry['occurrences']:,} × [bold]{reason}[/],"
                f" first {escape(': '.join(filter(None, [place, first['detail']])))}"
            )


def show(
    console: Console, source: Source, report: Mapping[str, Any], example: Example | None
) -> None:
    """Print a summary of the report: sizes, mentions by type and split, refusals, the example."""
    splits = report["splits"]
    for split, counts in splits.items():
        console.print(
            f"[bold]{split}[/]: {counted(counts['documents'], 'document')},"
            f" {counted(counts['sentences'], 'sentence')},"
            f" {counted(counts['mentions']['kept'], 'mention')}"
            f" ({counts['nested']:,} nested)"
        )
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("type", "from"):
        table.add_column(heading)
    for split in splits:
        table.add_column(split, justify="right")
    for type_ in source.kept_types:
        origins = ", ".join(name for name, kept in source.types.items() if kept == type_)
        cells = (f"{counts['types'].get(type_, 0):,}" for counts in splits.values())
        table.add_row(type_, escape(origins), *cells)
    dropped = ", ".join(name for name, kept in source.types.items() if kept is None)
    if dropped:
        table.add_row("[dim]left out[/]", escape(dropped), *("" for _ in splits))
    console.print(table)
    for line in _incidents(report):
        console.print(line, soft_wrap=True)
    allowed = source.max_refused_share
    if allowed is None:
        allowed = HarmonizeSettings().max_refused_share
    if not report["refused"]:
        console.print("no mention was refused")
    elif report["refused_share"] > allowed:
        console.print(
            f"[yellow]{report['refused_share']:.1%} of the mentions are refused, but `sru-ner"
            f" harmonize` allows {allowed:.0%}: correct the files, or, if you know why they are"
            f" refused and can do without them, write max_refused_share:"
            f" {report['refused_share'] + 0.005:.2f} into the entry[/]"
        )
    if example:
        console.print()
        for line in draw(example, min(96, console.width)):
            console.print(line, markup=False, highlight=False, no_wrap=True, overflow="ignore")
