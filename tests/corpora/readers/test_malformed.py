"""Malformed inputs of the line-based and tabular formats, through reader and conversion.

Each is either an error that names file, line and problem, or a mention that is refused or repaired
and counted with its reason and line. Those of XML, JSON of BioC and archives stand with their own
readers' tests.
"""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from sru_ner.corpora.source import Source
from sru_ner.errors import InputError
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.settings.sections import HarmonizeSettings

HEADER = "document_id,text,start,end,type\n"
ROW = "1,zinc and iron,0,4,X\n"
JSON = '{"id": "g", "text": "zinc", "spans": [[0, 4, "X"]]}\n'
TITLE = "1|t|Zinc and iron\n1|a|in mice\n1\t0\t4\tZinc\tX\n"


NUMBERS = '{"tokens": ["zinc"], "ner_tags": [1]}'
CANCELLED = '{"data": {"text": "a"}, "annotations": [{"result": [], "was_cancelled": true}]}'


class Error(NamedTuple):
    """The file cannot be taken."""

    problem: str
    line: int | None = None


class Counted(NamedTuple):
    """A mention is refused or repaired; the rest is taken."""

    outcome: str
    reason: str
    line: int


class Case(NamedTuple):
    reader: str
    name: str
    content: str | bytes | dict[str, str | bytes]
    """Of a file, or of the files of a folder."""
    expected: Error | Counted
    options: dict


def refused(reason, line):
    return Counted("refused", reason, line)


def noted(reason, line):
    return Counted("noted", reason, line)


LINE_2, SPAN_2 = refused("malformed_line", 2), refused("malformed_span", 2)


def repaired(reason, line):
    return Counted("repaired", reason, line)


def whole(reader, name, content, expected, **options):
    return Case(reader, name, content, expected, options)


def iob(name, sentence, expected, **options):
    """A sentence after a good one; it begins at line 3."""
    return whole("iob", name, "a\tB-X\n\n" + sentence, expected, **options)


def placed(name, sentence, expected):
    """As `iob`, with columns of offsets."""
    content = "a\t0\t1\tB-X\n\n" + sentence
    return whole("iob", name, content, expected, start_column=1, end_column=2)


def pubtator(name, line, expected):
    """A line, the fourth, after those of a good document."""
    return whole("pubtator", name, TITLE + line, expected)


def brat(name, line, expected, text="zinc or iron"):
    """The first line of the annotations of a text."""
    return whole("brat", name, {"1.txt": text, "1.ann": line}, expected)


def jsonl(name, line, expected):
    """A second line after a good one."""
    return whole("jsonl", name, JSON + line, expected)


def spans(name, spans_of_zinc, expected):
    """The spans of a second line, whose text is `zinc`."""
    return jsonl(name, f'{{"text": "zinc", "spans": {spans_of_zinc}}}', expected)


def table(name, row, expected):
    """A third line after a header and a good row."""
    return whole("spans_csv", name, HEADER + ROW + row, expected)


CASES = [
    whole("iob", "empty file", "", Error("no sentence in this file")),
    whole("iob", "blank lines only", "\n\n \n", Error("no sentence in this file")),
    whole("iob", "commas for tabs", "zinc,B-X\n", Error("no sentence in this file", 1)),
    whole("iob", "spaces for tabs", "zinc B-X\nin O\n", Error("no sentence in this file", 1)),
    whole("iob", "binary", b"\x00\xff\xfe\x00" * 9, Error("not UTF-8 (byte 0xff)", 1)),
    whole("iob", "cut UTF-16", "a\tB-X\n".encode("utf-16")[:-1], Error("not UTF-16-LE", 1)),
    whole("iob", "UTF-16, no mark", "é\tB-X\n".encode("utf-16-le"), Error("not UTF-8", 1)),
    whole("iob", "Latin-1", "a\tO\n\nna\xefve\tB-X\n".encode("latin-1"), Error("not UTF-8", 3)),
    whole("iob", "no zip", b"PK\x03\x04zinc", Error("archive is broken")),
    iob("missing tag", "zinc\n", refused("malformed_line", 3)),
    iob("missing word", "\tB-X\n", refused("malformed_line", 3)),
    iob("tag without type", "zinc\tB-\n", refused("malformed_line", 3)),
    iob("tag of another scheme", "zinc\tS-X\n", refused("malformed_line", 3)),
    iob("fewer columns than told", "c\tB-X\n", Error("no sentence in this file", 1), tag_column=2),
    iob("I- without B-", "zinc\tO\niron\tI-X\n", repaired("inside_without_begin", 4)),
    iob("I- of another type", "zinc\tB-X\niron\tI-Y\n", repaired("inside_without_begin", 4)),
    iob("type not in the map", "zinc\tB-Z\n", refused("unknown_type", 3)),
    whole("iob", "B- without E-", "a\tB-X\n", repaired("begin_without_end", 1), scheme="iobes"),
    whole(
        "iob",
        "identifier there twice",
        "### 7\na\tB-X\n### 7\na\tB-X\n",
        refused("duplicate_document", 4),
        document_marker="###",
        document_ids=True,
    ),
    iob("outside under another name", "zinc\t-\n", refused("malformed_line", 3)),
    iob("comment without being told", "# text = zinc\niron\tO\n", refused("malformed_line", 3)),
    iob("row as wide as a comment", "#\tQ\n", refused("malformed_line", 3), document_marker="###"),
    iob("underscore for a hyphen", "zinc\tB_X\n", refused("malformed_line", 3)),
    iob("blank tag of IO", "zinc\t \n", refused("malformed_line", 3), scheme="io"),
    iob("header in the file", "word\ttag\n", refused("malformed_line", 3)),
    iob("no nested tag", "c\tO\tO\n", refused("malformed_line", 1), nested_tag_columns=(2,)),
    whole(
        "iob",
        "tag of a multiword token",
        "1\ta\tB-X\n2-3\tb\tB-X\n",
        refused("tag_of_no_word", 2),
        id_column=0,
        word_column=1,
    ),
    placed("offset no number", "a\tx\t1\tB-X\n", refused("malformed_line", 3)),
    placed("offset NaN", "a\tNaN\t1\tB-X\n", refused("malformed_line", 3)),
    placed("negative offset", "a\t-3\t1\tB-X\n", refused("malformed_line", 3)),
    placed("end before start", "a\t5\t2\tB-X\n", refused("malformed_line", 3)),
    placed("overlapping words", "ab\t0\t2\tO\nc\t1\t2\tB-X\n", refused("malformed_line", 4)),
    placed("offset far off", "a\t0\t1\tO\nc\t9999999\t10000000\tO\n", refused("malformed_line", 4)),
    whole("pubtator", "empty file", "", Error("no title line")),
    whole("pubtator", "another format", HEADER + ROW, Error("no title line")),
    whole("pubtator", "cut gzip", b"\x1f\x8b\x08\x00\x00", Error("archive is broken")),
    whole("pubtator", "folder for a file", {"x/.y": TITLE}, Error("no files in it")),
    whole("pubtator", "no title", "1\t0\t4\tZinc\tX\n" + TITLE, refused("malformed_line", 1)),
    whole("pubtator", "wrong encoding", TITLE.encode() + b"1\t\xef", Error("not UTF-8", 4)),
    whole("pubtator", "document there twice", TITLE + TITLE, refused("duplicate_document", 4)),
    pubtator("too few columns", "1\t5\t8\tand\n", refused("malformed_line", 4)),
    pubtator("blank type", "1\t5\t8\tand\t \n", refused("malformed_line", 4)),
    pubtator("blank quotation", "1\t5\t8\t \tX\n", refused("empty", 4)),
    pubtator("mention of another document", "2\t5\t8\tand\tX\n", refused("malformed_line", 4)),
    pubtator("abstract there twice", "1|a|in mice\n", refused("malformed_line", 4)),
    pubtator("offset past the end", "1\t90\t98\tgraphite\tX\n", refused("past_the_end", 4)),
    pubtator("another text there", "1\t5\t8\tgold\tX\n", refused("quotes_another_text", 4)),
    pubtator("drifted offsets", "1\t7\t11\tiron\tX\n", repaired("quotes_another_text", 4)),
    pubtator("outer white space", "1\t8\t13\t iron\tX\n", repaired("outer_white_space", 4)),
    pubtator("end before start", "1\t8\t5\tand\tX\n", refused("empty", 4)),
    pubtator("negative offset", "1\t-1\t4\tZinc\tX\n", refused("malformed_line", 4)),
    pubtator("NaN offset", "1\tnan\tnan\tiron\tX\n", refused("malformed_line", 4)),
    pubtator("number too long", f"1\t{'9' * 5000}\t4\tZinc\tX\n", refused("malformed_line", 4)),
    pubtator("mention there twice", "1\t0\t4\tZinc\tX\n", refused("duplicate", 4)),
    pubtator("crossing mention", "1\t3\t6\tc a\tX\n", refused("crosses_same_type", 4)),
    pubtator("discontinuous", "1\t0,9\t4,13\tZinc iron\tX\n", refused("discontinuous", 4)),
    pubtator("fragments not in pairs", "1\t0,9\t4\tZinc iron\tX\n", refused("malformed_line", 4)),
    whole("brat", "empty folder", {}, Error("no files in it")),
    whole("brat", "a file, not a folder", "T1\tX 0 4\tzinc\n", Error("no text (.txt) with annot")),
    whole("brat", "no text", {"1.ann": "T1\tX 0 4\tzinc\n"}, Error("no text (.txt) with annotat")),
    brat("text of another encoding", "T1\tX 0 5\tna\n", Error("not UTF-8", 1), text=b"na\xefve"),
    brat("annotations of another encoding", b"\nT1\tX 0 4\tz\xef\n", Error("not UTF-8", 2)),
    brat("offset no number", "T1\tX 0 four\tzinc\n", refused("malformed_line", 1)),
    brat("offset past the end", "T1\tX 25 29\tgold\n", refused("past_the_end", 1)),
    brat("another text there", "T1\tX 0 4\tgold\n", refused("quotes_another_text", 1)),
    brat("fragment past the end", "T1\tX 0 4;15 19\tzinc iron\n", refused("past_the_end", 1)),
    brat("discontinuous", "T1\tX 0 4;8 12\tzinc iron\n", refused("discontinuous", 1)),
    brat("spaces for tabs", "T1 X 0 4 zinc\n", refused("malformed_line", 1)),
    brat("no type", "T1\t0 4\tzinc\n", refused("malformed_line", 1)),
    whole("jsonl", "empty file", "", Error("no document in this file")),
    whole("jsonl", "one JSON list", f"[{JSON}]", Error("no document in this file: no JSON", 1)),
    whole("jsonl", "wrong encoding", JSON.encode() + b"\xef", Error("not UTF-8 (byte 0xef)", 2)),
    jsonl("cut short", JSON[:30], refused("malformed_line", 2)),
    jsonl("nested without end", '{"text":' * 50_000, refused("malformed_line", 2)),
    jsonl("no text", '{"spans": [[0, 4, "X"]]}', refused("malformed_line", 2)),
    jsonl("no spans", '{"text": "zinc"}', refused("malformed_line", 2)),
    jsonl("no tag", '{"tokens": ["a"], "ner_tags": []}', refused("malformed_line", 2)),
    jsonl("identifier there twice", JSON, refused("duplicate_document", 2)),
    jsonl("half a pair", '{"text": "\\ud83d", "spans": []}', refused("malformed_line", 2)),
    spans("NaN offset", '[[NaN, 4, "X"]]', refused("malformed_line", 2)),
    spans("offset no whole number", '[[0.0, 4, "X"]]', refused("malformed_span", 2)),
    spans("no type", '[{"start": 0, "end": 4}]', refused("malformed_span", 2)),
    spans("negative offset", '[[-4, 4, "X"]]', refused("negative_offset", 2)),
    spans("offset past the end", '[[0, 5, "X"]]', refused("past_the_end", 2)),
    spans("empty span", '[[2, 2, "X"]]', refused("empty", 2)),
    spans("type no name", "[[0, 4, null]]", refused("malformed_span", 2)),
    spans(
        "another text there",
        '[{"start": 0, "end": 4, "label": "X", "text": "iron"}]',
        refused("quotes_another_text", 2),
    ),
    jsonl("only a rejected answer", '{"text": "zinc", "answer": 1}', noted("not_accepted", 2)),
    jsonl("tags for no words", '{"tokens": [], "ner_tags": []}', refused("malformed_line", 2)),
    jsonl("number without a name", NUMBERS, refused("malformed_line", 2)),
    spans("pieces", '[{"span": [[0, 1], [2, 4]], "label": "X"}]', refused("discontinuous", 2)),
    jsonl("task without a text", '{"data": {}, "annotations": [{"result": []}]}', LINE_2),
    jsonl("task that is cancelled", CANCELLED, noted("not_annotated", 2)),
    jsonl("passage without offsets", '{"passages": [{"text": "a"}], "entities": []}', LINE_2),
    jsonl("lists for other sentences", '{"sentences": [["a"]], "ner": []}', LINE_2),
    jsonl("denotations of no text", '{"text": 7, "denotations": []}', LINE_2),
    spans("pieces of a span no pairs", '[{"span": [[0], [1]], "label": "X"}]', SPAN_2),
    spans("spans by name, not lists", '{"sc": 7}', LINE_2),
    whole("json", "empty file", "", Error("no document in this file")),
    whole("json", "no list of records", '{"a": 1}', Error("neither a record nor holds", 1)),
    whole("json", "list without an end", f"[{JSON},", Error("the list has no end", 2)),
    whole("json", "two lists", f"[{JSON}][{JSON}]", Error("something follows the end", 2)),
    whole("json", "wrong encoding", b'["\xef"]', Error("not UTF-8 (byte 0xef)", 1)),
    whole("json", "null for a record", f"[{JSON},null]", refused("malformed_record", 2)),
    whole("json", "half a pair", f'[{JSON},["\\ud83d"]]', refused("malformed_record", 2)),
    whole("json", "no JSON number", f"[{JSON},NaN]", Error("NaN is not a JSON number", 2)),
    whole("spans_csv", "empty file", "", Error("no column 'document_id'", 1)),
    whole("spans_csv", "no type", HEADER.replace("type", "kind"), Error("no column 'type'", 1)),
    whole("spans_csv", "commas for tabs", HEADER, Error("no column", 1), delimiter="tab"),
    whole("spans_csv", "header only", HEADER, Error("no document in this file")),
    whole(
        "spans_csv",
        "text in a file elsewhere",
        HEADER.replace("text", "file") + "1,../../secret,0,4,X\n",
        Error("neither a text nor an existing file", 2),
    ),
    table(
        "quotation mark not closed",
        '2,"zinc,0,4,X\n',
        Error("the table cannot be read from here on", 3),
    ),
    table("too few fields", "1,,0\n", refused("malformed_line", 3)),
    table("no identifier", ",zinc,0,4,X\n", refused("malformed_line", 3)),
    table("offset no number", "1,,9,x,X\n", refused("malformed_line", 3)),
    table("NaN offset", "1,,NaN,13,X\n", refused("malformed_line", 3)),
    table("negative offset", "1,,-9,4,X\n", refused("negative_offset", 3)),
    table("offset past the end", "1,,9,99,X\n", refused("past_the_end", 3)),
    table("end before start", "1,,4,0,X\n", refused("empty", 3)),
    table("another text for a document", "1,zinc,0,4,X\n", refused("another_text", 3)),
    table("document without a text", "2,,0,4,X\n", refused("no_text", 3)),
    whole("parquet", "no Parquet", "PAR1 not really", Error("not a readable Parquet file")),
    whole("parquet", "empty file", "", Error("not a readable Parquet file")),
    whole("parquet", "no tables", {"a.csv": HEADER}, Error("none of its files matches")),
]


def test_the_table_has_what_it_is_to_have():
    assert len(CASES) >= 40
    assert len({(case.reader, case.name) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reader}: {case.name}")
def test_clear_error_or_counted_with_file_and_line(case, tmp_path):
    source, raw = _corpus(case, tmp_path)
    settings = HarmonizeSettings(max_refused_share=1)
    folders = (raw, tmp_path / "out", tmp_path / "reports")
    if isinstance(case.expected, Error):
        with pytest.raises(InputError) as caught:
            harmonize_source(source, *folders, settings)
        assert case.expected.problem in str(caught.value)
        assert caught.value.line == case.expected.line
        assert str(caught.value.path).startswith(str(raw / "corpus" / "file"))
        assert caught.value.remedy
        return
    try:
        report = harmonize_source(source, *folders, settings)
    except InputError as error:  # the mention of the case is the only one
        if "no mention of the split train can be used" not in str(error):
            raise
        report = json.loads((tmp_path / "reports/corpus.json").read_text())
        assert report["mentions"]["kept"] == 0
    outcome, reason, line = case.expected
    entry = report[outcome][reason]
    assert (entry["occurrences"], entry["mentions"]) == (1, 1) or (
        reason == "duplicate_document" or outcome == "noted"
    )
    (example,) = entry["examples"]
    assert example["line"] == line
    assert example["file"].startswith("file")
    others = [r for kind in ("refused", "repaired") for r in report[kind] if r != reason]
    assert not others, "nothing else is wrong"
    counts = report["mentions"]
    assert counts["in_file"] == counts["kept"] + counts["dropped"] + counts["refused"]


def _corpus(case: Case, tmp_path: Path) -> tuple[Source, Path]:
    """A corpus of the case's one file or folder, and the folder of raw files it is in."""
    path = tmp_path / "raw" / "corpus" / "file"
    path.parent.mkdir(parents=True)
    (tmp_path / "raw" / "secret").write_text("zinc")
    if isinstance(case.content, dict):
        path.mkdir()
        for name, content in case.content.items():
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_bytes(_bytes(content))
    else:
        path.write_bytes(_bytes(case.content))
    source = Source.model_validate(
        {
            "name": "corpus",
            "title": "A corpus with a flaw",
            "citation": "none",
            "licence": "none",
            "files": [{"name": "file", "split": "train"}],
            "reader": case.reader,
            "options": case.options,
            "types": {"X": "X", "Y": "Y"},
            "given": {"splits": True, "documents": True, "sentences": case.reader == "iob"},
        }
    )
    return source, tmp_path / "raw"


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
