from dataclasses import replace
from pathlib import Path

import pytest

from sru_ner.annotation.folder import RunSummary, annotate_to_folder
from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import InputOptions, find_sources
from sru_ner.annotation.job import Job
from sru_ner.corpora.incidents import Incidents
from sru_ner.corpora.readers import read_file
from sru_ner.errors import SruNerError
from sru_ner.locks import WORK


def test_a_run_is_summed_up_and_resumed(texts: Path, job: Job, tmp_path: Path) -> None:
    out, sources = tmp_path / "out", find_sources([str(texts)], SUFFIXES)
    first = annotate_to_folder(sources, job, out, Incidents())
    documents = sum(3 + 4 * n for n in range(5))
    assert first == RunSummary(5, 0, documents, first.spans)
    again = annotate_to_folder(sources, job, out, Incidents(), resume=True)
    assert again == RunSummary(5, 5, documents, first.spans)


def test_other_shards_are_done_before_a_failure_is_told(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    (texts / "t1.txt").write_bytes(b"na\xefve")
    (texts / "t2.jsonl").write_text('{"text": "Aspirin."}\n{}\n')
    out, sources, incidents = tmp_path / "out", find_sources([str(texts)], SUFFIXES), Incidents()
    with pytest.raises(SruNerError, match=r"1 of 6 shards could not be annotated:\nt1: ") as caught:
        annotate_to_folder(sources, job, out, incidents)
    assert caught.value.remedy == "correct the files, then start again with --resume"
    assert len(list(out.glob("*.jsonl"))) == 5
    assert not (out / "_manifest.json").exists()
    assert incidents.counts == {"lines without a text left out": 1}


def files_in(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_each_text_file_gets_its_annotations_under_its_own_name(job: Job, tmp_path: Path) -> None:
    notes, out = tmp_path / "notes", tmp_path / "out"
    text = "\ufeffAspirin treats headache.\r\n\r\nThe unknown\theadache - aspirin.\r\n"
    for name in ("a.txt", "ward 1/a.txt", "ward 1/b.c.txt"):
        (notes / name).parent.mkdir(parents=True, exist_ok=True)
        (notes / name).write_bytes(text.encode())
    whole = replace(job, output_format="brat", input_options=InputOptions(unit="file"))
    sources = find_sources([str(notes)], SUFFIXES)
    summary = annotate_to_folder(sources, whole, out, Incidents())
    assert (summary.shards, summary.documents) == (3, 3)
    written = files_in(out)
    assert {name: written[name] for name in files_in(notes)} == files_in(notes)
    assert sorted(name for name in written if name.endswith(".ann")) == [
        "a.ann", "ward 1/a.ann", "ward 1/b.c.ann",
    ]  # fmt: skip
    assert written["annotation.conf"].startswith(b"[entities]\nChemical\nDisease\n")
    assert summary.spans > 0
    for line in written["a.ann"].decode().splitlines()[::2]:
        _, place, quoted = line.split("\t")
        pieces = [tuple(map(int, p.split(" "))) for p in place.partition(" ")[2].split(";")]
        assert quoted == " ".join(text[start:end] for start, end in pieces)
    # The reader of corpora finds the same mentions, in the text without its mark.
    found = read_file("brat", out, name="x", options={})
    assert sum(len(document.mentions) for document in found.documents) == summary.spans
    for document in found.documents:
        for mention in document.mentions:
            assert document.text[mention.start : mention.end].split() == mention.text.split()

    (notes / "a.txt").rename(notes / "z.txt")
    sources = find_sources([str(notes)], SUFFIXES)
    summary = annotate_to_folder(sources, whole, out, Incidents(), resume=True)
    assert (summary.shards, summary.finished_before) == (3, 2)
    assert (out / "z.ann").exists()
    (out / "ward 1" / "a.ann").unlink()
    annotate_to_folder(sources[:1], whole, out, Incidents(), anew=True)
    assert sorted(name for name in files_in(out) if name.endswith((".ann", ".txt"))) == [
        "ward 1/a.ann", "ward 1/a.txt",
    ]  # fmt: skip


@pytest.mark.fault(
    "a killed annotation left something in a folder below",
    before="it was removed",
    now="it is removed",
)
def test_what_a_killed_run_left_in_a_folder_below_is_removed(job: Job, tmp_path: Path) -> None:
    notes, out = tmp_path / "notes", tmp_path / "out"
    (notes / "x").mkdir(parents=True)
    (notes / "x" / "a.txt").write_text("Aspirin.")
    whole = replace(job, output_format="brat", input_options=InputOptions(unit="file"))
    sources = find_sources([str(notes)], SUFFIXES)
    annotate_to_folder(sources, whole, out, Incidents())
    (out / "x" / WORK / "abcd1234").mkdir(parents=True)
    annotate_to_folder(sources, whole, out, Incidents(), resume=True)
    assert not (out / "x" / WORK).exists()
