import shutil
import tarfile
from pathlib import Path

import pytest

from sru_ner.corpora.detect import Format, choose_format, detect_format
from sru_ner.corpora.readers import read_file
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[1] / "fixtures"
CORPORA = FIXTURES / "corpora"
IOB1 = {"scheme": "iob1", "separator": "white_space"}
SCAI = {
    "scheme": "iob2",
    "tag_prefix": "|",
    "start_column": 1,
    "end_column": 2,
    "sentences": False,
    "document_marker": "###",
    "document_ids": True,
}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("bioc/plain.xml", Format("bioc_xml")),
        ("bioc/plain.json", Format("bioc_json")),
        ("genia/terms.xml", Format("genia")),
        ("pubtator/plain.pubtator", Format("pubtator")),
        ("pubtator/windows.pubtator", Format("pubtator")),
        ("jsonl/tools.jsonl", Format("jsonl")),
        ("spans_csv/plain.csv", Format("spans_csv")),
        ("iob/sentences.tsv", Format("iob", {"scheme": "iob2"})),
        ("corpora/conll2003/eng.train", Format("iob", IOB1)),
        ("corpora/wikigold/wikigold.conll.txt", Format("iob", IOB1)),
        ("corpora/scai_disease/Disease-ae-corpus.iob", Format("iob", SCAI)),
        ("corpora/cellfinder/cellfinder1_brat.tar.gz", Format("brat")),
        ("tags_xml/names.xml", Format("tags_xml")),
        ("uima/named.xmi", Format("uima_xmi")),
        ("webanno/named.tsv", Format("webanno_tsv")),
        ("i2b2_con", Format("i2b2_con")),
        ("markdown/nested.md", Format("markdown")),
    ],
)
def test_formats_are_told_apart(file, expected):
    assert detect_format(FIXTURES / file) == expected


@pytest.mark.parametrize(
    ("lines", "options"),
    [
        (["a O", "b S-X", "c B-X", "d E-X"], {"scheme": "iobes", "separator": "white_space"}),
        (["O\ta", "B-X\tb", "O\tc"], {"scheme": "iob2", "word_column": 1, "tag_column": 0}),
        (["a\tB-X\tNN", "b\tO\tNN", "c\tO\tVB"], {"scheme": "iob2", "tag_column": 1}),
    ],
)
def test_columns(tmp_path, lines, options):
    path = tmp_path / "file"
    path.write_text("\n".join(lines) + "\n")
    assert detect_format(path) == Format("iob", options)


def test_pubtator_whose_offsets_begin_again_in_each_passage(tmp_path):
    path = tmp_path / "file"
    text = "1|t|Zinc and iron\n1|a|We gave lead.\n1\t0\t4\tZinc\tX\n1\t8\t12\tlead\tX\n"
    path.write_text(text)
    assert detect_format(path) == Format("pubtator", {"offsets": "passage"})
    path.write_text(text.replace("8\t12", "22\t26"))
    assert detect_format(path) == Format("pubtator")


def test_what_is_guessed_can_be_read(tmp_path):
    for name in ("bc4chemd/train.tsv", "conll2003/eng.train", "s800/SPECIES_Train.PubTator"):
        found = detect_format(CORPORA / name)
        reading = read_file(found.reader, CORPORA / name, name="x", options=found.options)
        assert sum(len(document.mentions) for document in reading.documents) > 1
        assert not reading.incidents


def test_archives_and_folders(tmp_path):
    archive = tmp_path / "corpus.tgz"
    folder = CORPORA / "cellfinder/cellfinder1_brat.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, "corpus")
    assert detect_format(archive) == Format("brat")
    shutil.copytree(CORPORA / "bc4chemd", tmp_path / "columns")
    assert detect_format(tmp_path / "columns") == Format("iob", {"scheme": "iob2"})


ONE = "Zinc\tB-X\nheals\tO\n\nIron\tB-X\n"


def test_several_files_are_one_corpus(tmp_path):
    # The first file alone looks like IOB2; the last ones show that it is IOBES.
    texts = [ONE, ONE, ONE, "a\tS-X\nb\tB-X\nc\tE-X\n"]
    paths = [tmp_path / f"{number}.conll" for number in range(4)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    expected = Format("iob", {"scheme": "iobes", "documents": "file"})
    assert detect_format(tmp_path) == expected
    assert detect_format(paths[0], more=paths[1:]) == expected


@pytest.mark.parametrize("folder", ["", "train", "dev"])
def test_one_name_with_the_word_of_a_split_does_not_unmake_the_documents(tmp_path, folder):
    (tmp_path / folder).mkdir(exist_ok=True)
    for name in ("one", "two", "three", "stress_test", "five"):
        (tmp_path / folder / f"{name}.conll").write_text(ONE)
    assert detect_format(tmp_path).options["documents"] == "file"


def test_files_of_different_formats_are_an_error_until_some_are_chosen(tmp_path):
    (tmp_path / "a.conll").write_text(ONE)
    (tmp_path / "b.jsonl").write_text('{"text": "Zinc heals", "spans": []}\n')
    with pytest.raises(
        InputError, match=r"b\.jsonl: this looks like jsonl, but .*a\.conll like iob"
    ):
        detect_format(tmp_path)
    assert choose_format(tmp_path, None, {"members": "*.jsonl"}).reader == "jsonl"
    (tmp_path / "README").write_text("Once upon a time.")
    assert choose_format(tmp_path / "a.conll", None, {}).reader == "iob"


@pytest.mark.parametrize("content", ["", "\n\n", "Once upon a time\nthere was no tag.\n", "a b c"])
def test_what_is_of_no_known_format(tmp_path, content):
    path = tmp_path / "file"
    path.write_text(content)
    with pytest.raises(InputError, match=r"has no content|format with --reader: bioc_json"):
        detect_format(path)


def test_utf_16_is_detected_by_its_mark(tmp_path):
    path = tmp_path / "file"
    for name in (
        "bioc/plain.xml",
        "bioc/plain.json",
        "pubtator/plain.pubtator",
        "jsonl/tools.jsonl",
        "spans_csv/plain.csv",
        "iob/sentences.tsv",
        "webanno/named.tsv",
    ):
        text = (FIXTURES / name).read_bytes().decode().replace('encoding="UTF-8"', "")
        path.write_bytes(text.encode("utf-16"))
        found, plain = detect_format(path), detect_format(FIXTURES / name)
        assert (found.reader, found.options) == (plain.reader, plain.options)
        reading = read_file(found.reader, path, name="x", options=found.options)
        original = read_file(plain.reader, FIXTURES / name, name="x", options=plain.options)
        assert [d.text for d in reading.documents] == [d.text for d in original.documents]
        assert sum(len(d.mentions) for d in reading.documents) > 0


@pytest.mark.parametrize(
    "header", ["tweet_id\tbegin\tend\ttype\textraction", "filename\tmark\tlabel\toff0\toff1\tspan"]
)
def test_tables_with_other_usual_names_of_columns(tmp_path, header):
    path = tmp_path / "file.tsv"
    path.write_text(f"{header}\n")
    assert detect_format(path) == Format("spans_csv")
