"""Boundaries of sentences: ours compared with those of other splitters, on texts with gold ones.

Every splitter has a process of its own. The others are installed once, into
`.cache/sentence_peers`, with the versions of `sentence_peers.txt`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.report import Row, at_least, not_measured, shown
from bench.sentence_gold import (
    WIDTH,
    Boundaries,
    GoldText,
    compare,
    genia_texts,
    joined,
    lower,
    marked_texts,
    wrapped,
)
from bench.sides import peer_python
from bench.timing import environment
from sru_ner.errors import SruNerError
from sru_ner.files import write_text
from sru_ner.rendering.markdown import markdown_table

REQUIREMENTS = Path(__file__).with_name("sentence_peers.txt")
_SCRIPT = Path(__file__).with_name("sentence_peer.py")
_PEERS = {
    "sentencex": "sentencex",
    "pysbd": "pySBD",
    "syntok": "syntok",
    "blingfire": "Bling Fire",
    "spacy": "spaCy sentencizer",
    "punkt": "NLTK Punkt",
    "nupunkt": "nupunkt",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What a splitter found in the texts of all sets."""

    boundaries: Mapping[str, Boundaries]
    """By set."""
    speed: float
    """Megabytes of UTF-8 per second of one core, over all sets."""


def measure(
    scratch: Path, table: Path, *, folder: Path = Path(".cache/sentence_peers")
) -> Iterator[Row]:
    """Compare F1 of boundaries and speed with those of the peers, and write them all to `table`.

    folder: the peers' environment. Without GENIA, only the texts of this project are compared.
    """
    sets = {"clinical notes, articles, abstracts and lists, test half": marked_texts("test")}
    try:
        sets |= _genia(scratch / "raw")
    except SruNerError as error:
        yield not_measured("sentences of GENIA, test", str(error))
    work = scratch / "sentences.json"
    write_text(work, json.dumps([gold.text for texts in sets.values() for gold in texts]))
    found = {"ours": _run("ours", work, sets)}
    try:
        python = peer_python(folder, REQUIREMENTS)
    except SruNerError as error:
        yield not_measured("sentences, against other splitters", str(error))
        return
    for peer, title in _PEERS.items():
        try:
            found[peer] = _run(peer, work, sets, python)
        except SruNerError as error:
            yield not_measured(f"sentences, against {title}", str(error))
    if len(found) == 1:
        return
    write_text(table, _as_markdown(sets, found))
    for name, texts in sets.items():
        yield _row(name, texts, {peer: each.boundaries[name] for peer, each in found.items()})
    for peer, title in _PEERS.items():
        if peer not in found:
            continue
        yield shown(
            f"splitting into sentences, against {title}",
            found["ours"].speed / found[peer].speed,
            "× its speed",
            f"{found['ours'].speed:.2f} and {found[peer].speed:.2f} MB/s of one core, all texts of"
            " the comparison, one run",
        )


def _genia(raw: Path) -> dict[str, list[GoldText]]:
    texts = genia_texts("test", raw)
    forms = {
        "title on a line of its own": list(texts),
        "all sentences joined by a space": list(map(joined, texts)),
        f"wrapped at {WIDTH} columns": list(map(wrapped, texts)),
        "without capitals": list(map(lower, texts)),
    }
    return {f"GENIA, test, {form}": changed for form, changed in forms.items()}


def _run(
    side: str, work: Path, sets: Mapping[str, Sequence[GoldText]], python: Path | None = None
) -> _Found:
    # -P: modules of the script's folder must not hide those of libraries.
    done = subprocess.run(
        [str(python or sys.executable), "-P", str(_SCRIPT), side, str(work)],
        env=environment(ours=python is None),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise SruNerError(f"{side}: {lines[-1] if lines else 'ended'}")
    answer = json.loads(done.stdout.splitlines()[-1])
    starts = iter(answer["starts"])
    boundaries = {
        name: compare(texts, [next(starts) for _ in texts]) for name, texts in sets.items()
    }
    size = sum(len(gold.text.encode()) for texts in sets.values() for gold in texts)
    return _Found(boundaries, size / 1e6 / answer["seconds"])


def _row(name: str, texts: Sequence[GoldText], found: Mapping[str, Boundaries]) -> Row:
    others = {peer: each.f1 for peer, each in found.items() if peer != "ours"}
    best = max(others, key=lambda peer: others[peer])
    gold = sum(len(text.starts) for text in texts)
    listed = ", ".join(f"{_PEERS[peer]} {100 * f1:.2f}" for peer, f1 in others.items())
    return at_least(
        f"boundaries of sentences, {name}",
        100 * found["ours"].f1,
        round(100 * others[best], 2),
        "% F1",
        f"{gold:,} boundaries in {len(texts)} texts; required: as good as the best of the others:"
        f" {listed}",
    )


def _as_markdown(sets: Mapping[str, Sequence[GoldText]], found: Mapping[str, _Found]) -> str:
    lines = [
        "# Sentences",
        "",
        "`python -m bench sentences`. Boundaries between sentences, in %.",
        "",
    ]
    titles = {"ours": "SRU-NER", **_PEERS}
    for name, texts in sets.items():
        gold = sum(len(text.starts) for text in texts)
        lines += [f"## {name}", "", f"{gold:,} boundaries in {len(texts)} texts.", ""]
        cells = [
            (titles[peer], *(f"{100 * x:.2f}" for x in (b.precision, b.recall, b.f1)))
            for peer, each in found.items()
            for b in (each.boundaries[name],)
        ]
        lines.append(markdown_table(("splitter", "precision", "recall", "F1"), cells, numbers=3))
    lines += ["## Speed", "", "Megabytes of text per second of one core, all texts above.", ""]
    speeds = [(titles[peer], f"{each.speed:.2f}") for peer, each in found.items()]
    lines.append(markdown_table(("splitter", "MB/s"), speeds, numbers=1))
    return "\n".join(lines)
