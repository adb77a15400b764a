import shutil
from collections import Counter
from pathlib import Path

import pytest

from sru_ner.corpora.readers import brat
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "brat"


def read(path=FIXTURES / "train", **options):
    return brat.read(path, name="unused", options=brat.Options(**options))


def test_texts_with_annotations_are_documents():
    first, second = read().documents
    assert (first.id, first.part, second.id, second.part) == ("7", "7.ann", "8", "8.a1")
    assert first.text == "Naïve IL-2\r\ngene in acute and chronic lung\r\ndisease.\r\n"
    assert [(m.text, m.type, m.line, m.flaw or m.refusal) for m in first.mentions] == [
        ("IL-2", "Protein", 1, None),
        ("IL-2\r\ngene", "DNA", 2, "joined_fragments"),
        ("acute lung", "Disease", 3, "discontinuous"),
        ("lung\r\ndisease", "Disease", 4, "joined_fragments"),
        ("IL-2", "Protein", 16, None),  # past the end: looked up later, as it is quoted
        ("IL-2", "Cell", 17, None),
    ]
    assert [(m.text, m.type) for m in second.mentions] == [("p53", "Protein")]


def test_other_lines_are_noted_and_malformed_ones_counted():
    incidents = [i for i in read().incidents if i.part == "7.ann"]
    noted = Counter(i.reason for i in incidents if i.outcome == "noted")
    assert noted == {
        "relation": 2, "event": 1, "attribute": 2, "normalization": 1, "note": 1,
    }  # fmt: skip
    refused = [(i.reason, i.line, i.mentions) for i in incidents if i.outcome == "refused"]
    assert refused == [("malformed_line", line, 1) for line in (13, 14, 15)]


def test_what_has_no_counterpart_is_counted():
    found = [(i.outcome, i.reason, i.part, i.mentions) for i in read().incidents]
    assert ("refused", "no_text", "10.ann", 2) in found
    assert ("noted", "no_annotations", "9.txt", 0) in found


def test_second_file_of_annotations_is_read_on_demand():
    _, second = read(annotations=("ann", "a1", "a2")).documents
    assert [(m.text, m.type) for m in second.mentions] == [("p53", "Protein"), ("binds", "Binding")]
    assert second.part == "8.a1, 8.a2"


@pytest.mark.parametrize("kind", ["zip", "gztar", "tar"])
def test_archive_is_read_like_its_folder(tmp_path, kind):
    archive = Path(shutil.make_archive(str(tmp_path / "brat"), kind, FIXTURES))
    packed, plain = read(archive, members="train/*"), read()
    assert [d.mentions for d in packed.documents] == [d.mentions for d in plain.documents]
    assert [d.part for d in packed.documents] == ["train/7.ann", "train/8.a1"]
    assert [d.id for d in packed.documents] == ["7", "8"]


def test_folder_without_a_pair_is_an_error(tmp_path):
    (tmp_path / "7.txt").write_text("no annotations")
    for path in (tmp_path, tmp_path / "7.txt"):
        with pytest.raises(InputError, match=r"no text \(\.txt\) with annotations"):
            read(path)


def write(folder, text, lines):
    folder.mkdir(exist_ok=True)
    (folder / "1.txt").write_bytes(text)
    (folder / "1.ann").write_text(lines, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("T1\tX 1 5\tzinc\nT2\tX 7 11\tiron\n", "count it"),  # as brat writes them
        ("T1\tX 0 4\tzinc\nT2\tX 6 10\tiron\n", "do not count it"),
        ("T1\tX 1 5\nT2\tX 7 11\n", "count it"),  # without quotations, as brat counts
        ("T1\tX 0 4\tzinc\nT2\tX 6 8;8 10\tir on\n", "do not count it"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_offsets_are_counted_as_the_tool_did_that_wrote_them(tmp_path, lines, told, encoding):
    reading = read(write(tmp_path / "x", "zinc, iron".encode(encoding), lines))
    (document,) = reading.documents
    assert document.text == "zinc, iron"
    assert [document.text[m.start : m.end] for m in document.mentions] == ["zinc", "iron"]
    (noted,) = (i for i in reading.incidents if i.reason == "byte_order_mark")
    assert noted.detail.endswith(f"the offsets {told}")
    assert (noted.outcome, noted.mentions, noted.part) == ("noted", 0, "1.txt")


def test_a_mention_of_the_mark_itself_begins_with_the_text(tmp_path):
    (document,) = read(
        write(tmp_path / "x", b"\xef\xbb\xbfzinc", "T1\tX 0 5\t\ufeffzinc\n")
    ).documents
    assert [(m.start, m.end) for m in document.mentions] == [(0, 4)]


def test_another_encoding_has_to_be_named(tmp_path):
    folder = write(tmp_path / "x", "na\u00efve \u0153dema".encode("cp1252"), "T1\tX 0 5\tna?ve\n")
    with pytest.raises(InputError, match="--option encoding=cp1252"):
        read(folder)
    (document,) = read(folder, encoding="cp1252").documents
    assert document.text == "na\u00efve \u0153dema"


def test_texts_of_one_name_in_several_folders_are_told_apart(tmp_path):
    write(tmp_path / "a", b"zinc", "T1\tX 0 4\tzinc\n")
    write(tmp_path / "b", b"iron", "T1\tX 0 4\tiron\n")
    (tmp_path / "b" / "1.txt").rename(tmp_path / "b" / "2.txt")
    (tmp_path / "b" / "1.ann").rename(tmp_path / "b" / "2.ann")
    write(tmp_path / "b", b"lead", "T1\tX 0 4\tlead\n")
    assert [d.id for d in read(tmp_path).documents] == ["a/1", "b/1", "2"]
