import shutil
from pathlib import Path

import pytest

from sru_ner.corpora.detect import detect_format
from sru_ner.corpora.readers import webanno_tsv
from sru_ner.errors import InputError, UnknownNameError

CORE = "de.tudarmstadt.ukp.dkpro.core.api"
ENTITY = f"#T_SP={CORE}.ner.type.NamedEntity|identifier|value\n"
FORMAT = "#FORMAT=WebAnno TSV 3.3\n"
SENTENCE = (
    "\n#Sentence.id=s1\n#Text=IL-2 \U0001d6fc gene\\tin\n#Text=mice_1.\n"
    "1-1\t0-4\tIL-2\t*[1]|x\tDNA[1]|Gene\t\n"
    "1-2\t5-7\t\U0001d6fc\t*[1]\tDNA[1]\t\n"
    "1-3\t8-12\tgene\t*[1]\tDNA[1]\t\n"
    "1-4\t13-15\tin\t_\t_\t\n"
    "1-5\t16-22\tmice_1\t_\t_\t\n"
    "1-5.1\t16-20\tmice\t*\tSpecies\\_x\t\n"
    "1-6\t22-23\t.\t_\t_\t\n"
)
SECOND = "\n#Text= Rats too\n2-1\t26-30\tRats\t*\t*\t\n2-2\t31-34\ttoo\t_\t_\t\n"
TEXT = "IL-2 \U0001d6fc gene\tin\nmice_1.   Rats too"
MENTIONS = [
    ("IL-2 \U0001d6fc gene", "DNA", 6),
    ("IL-2", "Gene", 6),
    ("mice", "Species_x", 11),
    ("Rats", "NamedEntity", 15),
]


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="")
    return path


def read(path, **options):
    return webanno_tsv.read(path, name="unused", options=webanno_tsv.Options(**options))


def quoted(document):
    return [(document.text[m.start : m.end], m.type, m.line) for m in document.mentions]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_stacked_long_and_partial_mentions(tmp_path, ends):
    content = (FORMAT + ENTITY + "\n" + SENTENCE + SECOND).replace("\n", ends)
    path = write(tmp_path / "7.tsv", content)
    assert detect_format(path).reader == "webanno_tsv"
    reading = read(path)
    (document,) = reading.documents
    assert (document.id, document.text) == ("7", TEXT)
    assert [(t, y) for t, y, _ in quoted(document)] == [(t, y) for t, y, _ in MENTIONS]
    assert [document.text[s.start : s.end] for s in document.sentences] == [
        "IL-2 \U0001d6fc gene\tin\nmice_1.",
        "Rats too",
    ]
    assert not reading.incidents
    assert [m.line for m in document.mentions] == [8, 8, 13, 17]


LAYERS = (
    f"#T_SP={CORE}.lexmorph.type.pos.POS|PosValue\n"
    "#T_SP=webanno.custom.Drugs|ROLE_webanno.custom.Drugs:dose_webanno.custom.DoseLink"
    "|webanno.custom.Dose|kind\n"
    "#T_SP=webanno.custom.Seen|\n"
    f"#T_CH={CORE}.coref.type.CoreferenceLink|referenceType|referenceRelation\n"
    "#T_RL=webanno.custom.Rel|label|BT_webanno.custom.Drugs\n"
)
ROWS = (
    "\n#Text=zinc and iron\n"
    "1-1\t0-4\tzinc\tNN\tof;in\t1-3;1-2\tDrug\t*\tnom[1]\tid->1-1\t_\t_\t\n"
    "1-2\t5-8\tand\tCC\t_\t_\t_\t_\t_\t_\t_\t_\t\n"
    "1-3\t9-13\tiron\tNN\t_\t*\tDrug\\|two\t*\t_\t_\tx\t1-1\t\n"
)


def test_other_layers_relations_chains_and_slots_are_noted(tmp_path):
    path = write(tmp_path / "a.tsv", FORMAT + LAYERS + "\n" + ROWS)
    reading = read(path, layers=["Drugs"])
    (document,) = reading.documents
    assert [(t, y) for t, y, _ in quoted(document)] == [("zinc", "Drug"), ("iron", "Drug|two")]
    found = [(i.outcome, i.reason, i.line) for i in reading.incidents]
    assert found == [
        ("noted", "slot", 10),
        ("noted", "chain_link", 10),
        ("noted", "relation", 12),
        ("noted", "other_layer", 0),
    ]
    assert (
        reading.incidents[-1].detail == "the layer webanno.custom.Seen is not read: 2 annotations"
    )
    both = read(path).documents[0]  # without a layer of named entities
    assert [y for _, y, _ in quoted(both)] == ["Drug", "Seen", "Drug|two", "Seen"]
    with pytest.raises(UnknownNameError, match="Drugs"):
        read(path, layers=["Drgs"])


def test_texts_of_programs_that_do_not_escape(tmp_path):
    rows = "\n#Text=a\\b c\n1-1\t0-3\ta\\b\t*\tX\t\n1-2\t4-5\tc\t_\t_\t\n"
    (document,) = read(write(tmp_path / "a.tsv", FORMAT + ENTITY + rows)).documents
    assert (document.text, quoted(document)) == ("a\\b c", [("a\\b", "X", 5)])


def test_escapes_of_java(tmp_path):
    rows = (
        "\n#Text=\\u03b1 \\uD835\\uDEFC\n1-1\t0-1\t\u03b1\t*\tX\t\n1-2\t2-4\t\U0001d6fc\t*\tX\t\n"
    )
    path = write(tmp_path / "a.tsv", FORMAT.replace("3.3", "3.1") + ENTITY + rows)
    (document,) = read(path).documents
    assert [t for t, _, _ in quoted(document)] == ["\u03b1", "\U0001d6fc"]


def test_a_sentence_whose_words_are_not_in_its_text(tmp_path):
    rows = "\n#Text=something else\n1-1\t0-4\tzinc\t*\tX\t\n1-2\t6-10\tiron\t*\tX\t\n"
    reading = read(write(tmp_path / "a.tsv", FORMAT + ENTITY + rows))
    assert reading.documents[0].text == "zinc  iron"
    assert [(i.outcome, i.reason, i.line) for i in reading.incidents] == [
        ("noted", "text_of_words", 5)
    ]


@pytest.mark.parametrize(
    ("rows", "reason", "line"),
    [
        (SENTENCE + "1-7\t23-24\n", "malformed_line", 14),
        (SENTENCE + "1-7\t23-24\tx\t_\n", "malformed_line", 14),
        (SENTENCE + "1-7\t23-23\tx\t_\t_\t\n", "malformed_line", 14),
        (SENTENCE + "a word\n", "malformed_line", 14),
        ("1-1\t0-1\ta\t_\t_\t\n" + SENTENCE, "malformed_line", 3),
        (SENTENCE + "\n#Text=a\n2-1\t3-4\ta\t*\tX\t\n", "malformed_sentence", 16),
    ],
)
def test_what_is_malformed_is_counted_with_its_line(tmp_path, rows, reason, line):
    reading = read(write(tmp_path / "a.tsv", FORMAT + ENTITY + rows))
    assert [(i.outcome, i.reason, i.line) for i in reading.incidents] == [("refused", reason, line)]
    assert len(reading.documents[0].mentions) == 3


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "no sentence in this file"),
        ("#FORMAT=WebAnno TSV 2.0\n", "the first line is not #FORMAT=WebAnno TSV 3"),
        (FORMAT + ENTITY, "no sentence in this file"),
        (FORMAT + ENTITY + "\n#Text=a\n", "no sentence in this file"),
    ],
)
def test_other_files_are_errors(tmp_path, content, problem):
    with pytest.raises(InputError, match=problem):
        read(write(tmp_path / "a.tsv", content))


def test_an_export_is_read_as_a_folder_or_an_archive(tmp_path):
    folder = tmp_path / "c"
    for name in ("annotation/7.txt/anna.tsv", "annotation/8.txt/anna.tsv"):
        write(folder / name, FORMAT + ENTITY + SENTENCE)
    archive = Path(shutil.make_archive(str(tmp_path / "c"), "zip", folder))
    for path in (folder, archive):
        assert detect_format(path).reader == "webanno_tsv"
        names = [d.id for d in read(path).documents]
        assert names == ["annotation/7.txt/anna", "annotation/8.txt/anna"]


def test_a_layer_with_slots_only_has_mentions_of_its_own_name(tmp_path):
    layer = "#T_SP=webanno.custom.Event|ROLE_webanno.custom.Event:who_webanno.custom.Link|x.Who\n"
    rows = "\n#Text=they saw\n1-1\t0-4\tthey\t_\t_\t\n1-2\t5-8\tsaw\tby;of\t1-1;1-2\t\n"
    (document,) = read(write(tmp_path / "a.tsv", FORMAT + layer + rows)).documents
    assert [(t, y) for t, y, _ in quoted(document)] == [("saw", "Event")]
