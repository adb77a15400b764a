"""A folder for brat (https://brat.nlplab.org/standoff.html), and its annotations read back.

The text has a block of lines for each item. `T1` is the first item's span, `T2` the second's. A
verdict is the attribute `Verdict` of the span, and a comment is its note (`AnnotatorNotes`).
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from sru_ner.assessment.exports.blocks import Block, lay_out
from sru_ner.assessment.exports.reading import Reading, Span
from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement
from sru_ner.files import read_text, write_text

FOLDER, NAME, ORDER = "brat", "items", "order.txt"
_REMEDY = "give the folder that brat works in, with items.txt, items.ann and order.txt"
_SPAN = re.compile(r"(T\d+)\t(\S+) (\d+(?: \d+;\d+)* \d+)\t")
_VERDICT = re.compile(r"A\d+\tVerdict (T\d+) (\S+)")
_NOTE = re.compile(r"#\d+\tAnnotatorNotes (T\d+)\t(.*)")


def write(folder: Path, items: Iterable[Item], types: Iterable[str]) -> None:
    """Write text, spans, the order of the items, and brat's configuration."""
    text, blocks = lay_out(items)
    spans = (
        f"T{n}\t{brat_name(b.item.type)} {b.start + b.item.start} {b.start + b.item.end}"
        f"\t{text[b.start + b.item.start : b.start + b.item.end]}\n"
        for n, b in enumerate(blocks, start=1)
    )
    write_text(folder / FOLDER / f"{NAME}.txt", text)
    write_text(folder / FOLDER / f"{NAME}.ann", "".join(spans))
    write_text(folder / FOLDER / ORDER, "".join(f"{block.item.id}\n" for block in blocks))
    write_text(folder / FOLDER / "annotation.conf", _configuration(types))


def read(path: Path, items: Mapping[str, Item]) -> Reading:
    """Read the folder. A span that was removed is no entity, if it has no verdict."""
    reading = Reading(items)
    order = read_text(path / ORDER, remedy=_REMEDY).split()
    text = read_text(path / f"{NAME}.txt", remedy=_REMEDY)
    known = [items[name] for name in order if name in items]
    for name in (name for name in order if name not in items):
        reading.fault("unknown item", name, "in order.txt")
    if len(known) < len(order) or text != lay_out(known)[0]:
        reading.fault("changed text", f"{NAME}.txt", "the file is not the text of the sample")
        return reading
    spans, verdicts, notes = _annotations(path)
    names = {brat_name(item.type): item.type for item in items.values()}
    for number, block in enumerate(lay_out(known)[1], start=1):
        key = f"T{number}"
        reading.add(
            block.item.id,
            text=None,
            judgement=verdicts.get(key, ""),
            spans=[_inside(block, spans[key], names)] if key in spans else [],
            comment=notes.get(key, ""),
        )
    for key in sorted((set(spans) | set(verdicts)) - {f"T{n}" for n in range(1, len(known) + 1)}):
        reading.fault("further span", key, f"{spans.get(key)} {verdicts.get(key, '')}".strip())
    return reading


def brat_name(type_: str) -> str:
    """Return a type as brat can write it: letters, digits, `-` and `_`."""
    return re.sub(r"[^\w-]", "_", type_, flags=re.ASCII) or "_"


def _annotations(path: Path) -> tuple[dict[str, Span], dict[str, str], dict[str, str]]:
    """Return spans, verdicts and notes by the name of the span."""
    spans, verdicts, notes = {}, {}, {}
    for line in read_text(path / f"{NAME}.ann", remedy=_REMEDY).split("\n"):
        if found := _SPAN.match(line):
            # A span in several fragments becomes the one that covers them.
            numbers = [int(number) for number in re.findall(r"\d+", found[3])]
            spans[found[1]] = (min(numbers), max(numbers), found[2])
        elif found := _VERDICT.match(line):
            verdicts[found[1]] = found[2]
        elif found := _NOTE.match(line):
            notes[found[1]] = found[2]
    return spans, verdicts, notes


def _inside(block: Block, span: Span, names: Mapping[str, str]) -> Span:
    start, end, type_ = span
    return start - block.start, end - block.start, names.get(type_, type_)


def _configuration(types: Iterable[str]) -> str:
    names = dict.fromkeys(map(brat_name, types))
    values = "|".join(judgement.value for judgement in Judgement)
    return (
        "[entities]\n" + "".join(f"{name}\n" for name in names) + "\n[relations]\n\n[events]\n\n"
        f"[attributes]\nVerdict\tArg:<ENTITY>, Value:{values}\n"
    )
