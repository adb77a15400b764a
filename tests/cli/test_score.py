"""`sru-ner score` on files in many formats, and other tools' files as rows of the matrix."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seqeval.metrics import sequence_labeling, v1
from seqeval.scheme import IOB2
from typer.testing import CliRunner

from sru_ner.cli.main import app
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.predictions.gold_texts import TextsDifferError

HOW_TO = Path(__file__).parents[2] / "docs/how-to/score-another-tool.md"

TEXTS = {"7": "Bromax eases Brill disease. BRX1 was seen in mice.", "8": "Marn fever in mice."}
GOLD = {
    "7": [(0, 6, "Chemical"), (13, 26, "Disease"), (13, 18, "Person"), (28, 32, "Gene")],
    "8": [(0, 10, "Disease"), (14, 18, "Species")],
}
PREDICTED = {
    "7": [(0, 6, "Chemical"), (13, 18, "Disease"), (28, 32, "Chemical"), (45, 49, "Species")],
    "8": [(0, 10, "Disease")],
}


def pubtator(mentions, texts=TEXTS):
    lines = []
    for name, found in mentions.items():
        lines += [f"{name}|t|{texts[name]}"]
        lines += [f"{name}\t{s}\t{e}\t{texts[name][s:e]}\t{t}" for s, e, t in found]
        lines += [""]
    return "\n".join(lines)


def jsonl(mentions, texts=TEXTS):
    return "".join(
        json.dumps({"id": name, "text": texts[name], "spans": found}) + "\n"
        for name, found in mentions.items()
    )


def bioc_json(mentions, texts=TEXTS):
    documents = [
        {
            "id": name,
            "passages": [
                {
                    "offset": 0,
                    "text": texts[name],
                    "annotations": [
                        {
                            "infons": {"type": t},
                            "text": texts[name][s:e],
                            "locations": [{"offset": s, "length": e - s}],
                        }
                        for s, e, t in found
                    ],
                }
            ],
        }
        for name, found in mentions.items()
    ]
    return json.dumps({"documents": documents}, indent=1)


def bioc_xml(mentions, texts=TEXTS):
    documents = "".join(
        f"<document><id>{name}</id><passage><offset>0</offset><text>{texts[name]}</text>"
        + "".join(
            f'<annotation id="{i}"><infon key="type">{t}</infon>'
            f'<location offset="{s}" length="{e - s}"/><text>{texts[name][s:e]}</text></annotation>'
            for i, (s, e, t) in enumerate(found)
        )
        + "</passage></document>"
        for name, found in mentions.items()
    )
    return f'<?xml version="1.0"?><collection>{documents}</collection>'


def table(mentions, texts=None):
    lines = ["document_id,start,end,type" + (",text" if texts else "")]
    lines += [
        f"{name},{s},{e},{t}" + (f",{texts[name]}" if texts else "")
        for name, found in mentions.items()
        for s, e, t in found
    ]
    return "\n".join(lines) + "\n"


def brat(folder, mentions):
    folder.mkdir()
    for name, found in mentions.items():
        (folder / f"{name}.txt").write_text(TEXTS[name])
        lines = [f"T{i}\t{t} {s} {e}\t{TEXTS[name][s:e]}\n" for i, (s, e, t) in enumerate(found)]
        (folder / f"{name}.ann").write_text("".join(lines))


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Run a command in an empty folder; errors are raised."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        result = CliRunner().invoke(app, arguments)
        if isinstance(result.exception, Exception):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


def scores(call, *arguments):
    """(match, mentions, type) → (gold, predicted, right), and the notes."""
    call("score", *arguments, "--output", "out.json")
    found = json.loads(Path("out.json").read_text())
    rows = {
        (r["match"], r["mentions"], r["type"]): (r["gold"], r["predicted"], r["right"])
        for r in found["scores"]
    }
    return rows, found["notes"]


def test_all_formats_say_the_same(call, tmp_path):
    writers = {
        "txt": pubtator, "jsonl": jsonl, "json": bioc_json, "xml": bioc_xml, "tsv": table,
        "csv": lambda mentions: table(mentions, TEXTS),
    }  # fmt: skip
    for ending, write in writers.items():
        for name, mentions in (("gold", GOLD), ("pred", PREDICTED)):
            Path(f"{name}.{ending}").write_text(write(mentions))
    for name, mentions in (("gold", GOLD), ("pred", PREDICTED)):
        brat(tmp_path / name, mentions)
    files = [f".{ending}" for ending in writers] + [""]
    ways = [way for name in ("all", "within-8") for way in ("--match", name)]
    expected, _ = scores(call, "gold.txt", "pred.txt", *ways, "--per-type")
    assert expected["exact", "all", "all"] == (6, 5, 2)
    assert expected["exact", "all", "Disease"] == (2, 2, 1)
    assert expected["overlap", "all", "all"] == (6, 5, 3)
    assert expected["left", "all", "all"] == (6, 5, 3)
    assert expected["right", "all", "all"] == (6, 5, 2)
    assert expected["within-8", "all", "all"] == (6, 5, 3)
    assert expected["exact-any-type", "all", "all"] == (6, 5, 4)
    assert expected["overlap-any-type", "all", "all"] == (6, 5, 4)
    assert expected["partial", "all", "all"] == (6, 5, 4)
    for gold in files:
        for predicted in (".txt", "") if gold != ".txt" else files:
            found, _ = scores(call, f"gold{gold}", f"pred{predicted}", *ways, "--per-type")
            assert found == expected, (gold, predicted)


def test_what_nobody_looked_for_is_not_wrong(call):
    Path("gold.txt").write_text(pubtator({"8": [(0, 10, "Disease")]}))
    Path("pred.txt").write_text(pubtator({"8": [(0, 10, "Disease"), (14, 18, "Species")]}))
    rows, notes = scores(call, "gold.txt", "pred.txt")
    assert rows["exact", "all", "all"] == (1, 1, 1)
    assert notes == ["1 prediction of type Species, which is not scored"]
    rows, notes = scores(call, "gold.txt", "pred.txt", "--types", "Disease,Species")
    assert rows["exact", "all", "all"] == (1, 2, 1)
    assert notes == []


def test_types_are_translated(call):
    Path("gold.txt").write_text(pubtator({"8": [(0, 10, "DIS"), (14, 18, "SP")]}))
    Path("pred.jsonl").write_text(jsonl({"8": [(0, 10, "disease"), (14, 18, "species")]}))
    maps = ("--gold-type-map", "DIS=Disease,SP=", "--type-map", "bern2")
    rows, notes = scores(call, "gold.txt", "pred.jsonl", *maps)
    assert rows["exact", "all", "all"] == (1, 1, 1)
    assert "1 mention of gold.txt with types that the type map leaves out" in notes
    with pytest.raises(UnknownNameError, match="bern2"):
        call("score", "gold.txt", "pred.jsonl", "--type-map", "bern")


def test_other_texts_are_told_and_aligned_when_asked(call):
    moved = {"7": TEXTS["7"].replace(" in mice", "\n in mice"), "8": TEXTS["8"]}
    shifted = {**PREDICTED, "7": [*PREDICTED["7"][:3], (46, 50, "Species")]}
    Path("gold.txt").write_text(pubtator(GOLD))
    Path("pred.jsonl").write_text(jsonl(shifted, moved))
    with pytest.raises(TextsDifferError) as caught:
        call("score", "gold.txt", "pred.jsonl")
    (difference,) = caught.value.differences
    assert (difference.document_id, difference.kind, difference.offset) == ("7", "white space", 41)
    for part in ("1 of 2 documents", "gold.txt:1", "pred.jsonl:1", "from character 41", "--align"):
        assert part in str(caught.value)
    rows, notes = scores(call, "gold.txt", "pred.jsonl", "--align")
    assert rows["exact", "all", "all"] == (6, 5, 2)
    assert notes == ["1 document aligned with another version of the text (first: pred.jsonl:1)"]


def test_mentions_that_quote_another_text_stay_unless_alignment_is_asked_for(call):
    Path("gold.txt").write_text(pubtator({"8": [(0, 10, "Disease"), (14, 18, "Species")]}))
    lines = f"8|t|{TEXTS['8']}\n8\t1\t11\tMarn fever\tDisease\n8\t15\t19\tmice\tSpecies\n"
    Path("pred.txt").write_text(lines + "8\t90\t94\trats\tSpecies\n")
    rows, notes = scores(call, "gold.txt", "pred.txt")
    assert rows["exact", "all", "all"] == (2, 2, 0)
    assert [note.split(" (first: ")[1] for note in notes] == ["pred.txt:2)", "pred.txt:4)"]
    assert "ending after the end of the text" in notes[1]
    rows, notes = scores(call, "gold.txt", "pred.txt", "--align")
    assert rows["exact", "all", "all"] == (2, 2, 2)
    assert notes[0].startswith(
        "2 mentions of pred.txt quoting another text than the one at the given offsets, moved"
    )
    assert "not found near" in notes[1]


def test_documents_that_one_side_lacks_are_told(call):
    Path("gold.txt").write_text(pubtator(GOLD))
    texts = {"x": TEXTS["8"], "9": "Nothing."}
    Path("pred.txt").write_text(pubtator({"x": [(0, 10, "Disease")], "9": [(0, 7, "Gene")]}, texts))
    rows, notes = scores(call, "gold.txt", "pred.txt")
    assert rows["exact", "all", "all"] == (6, 1, 1)
    assert [note.split(" (")[0] for note in notes] == [
        "1 document with other names, found by text",
        "1 document missing from pred.txt, with all mentions counted as missed",
        "1 document of pred.txt missing from the gold file, left out",
    ]
    Path("pred.txt").write_text(pubtator({"9": []}, texts))
    with pytest.raises(InputError, match="no document in common"):
        call("score", "gold.txt", "pred.txt")


def test_a_table_without_texts_is_taken_at_its_word(call):
    Path("gold.txt").write_text(pubtator(GOLD))
    Path("pred.csv").write_text(table(PREDICTED))
    rows, notes = scores(call, "gold.txt", "pred.csv")
    assert rows["exact", "all", "all"] == (6, 5, 2)
    assert "2 documents of pred.csv without texts" in notes[-1]
    Path("pred.csv").write_text("document_id,start,end,type\n7,5,2,Gene\n")
    with pytest.raises(InputError, match=r"pred\.csv:2: .*start that is less than its end"):
        call("score", "gold.txt", "pred.csv")


def mention_lines(mentions, names=str):
    """The mention lines of PubTator, without titles; `names` gives documents other names."""
    return "".join(
        f"{names(name)}\t{s}\t{e}\t{TEXTS[name][s:e]}\t{t}\n"
        for name, found in mentions.items()
        for s, e, t in found
    )


def test_pubtator_without_titles_takes_the_texts_of_the_other_side(call):
    Path("gold.txt").write_text(pubtator(GOLD))
    Path("bare_gold.txt").write_text(mention_lines(GOLD))
    Path("full.txt").write_text(pubtator(PREDICTED))
    Path("pred.txt").write_text(mention_lines(PREDICTED))
    Path("renamed.txt").write_text(mention_lines(PREDICTED, lambda name: f"row {name}"))
    for gold, predicted in (
        ("gold.txt", "pred.txt"), ("bare_gold.txt", "full.txt"), ("gold.txt", "renamed.txt"),
    ):  # fmt: skip
        rows, notes = scores(call, gold, predicted)
        assert rows["exact", "all", "all"] == (6, 5, 2), predicted
        renamed = ["2 documents with other names, found by text"]
        assert notes == (renamed if predicted == "renamed.txt" else [])
    rows, notes = scores(call, "bare_gold.txt", "pred.txt")
    assert rows["exact", "all", "all"] == (6, 5, 2)
    assert any("documents of pred.txt without texts" in note for note in notes)


def test_pubtator_without_titles_of_other_texts_is_refused(call):
    Path("gold.txt").write_text(pubtator(GOLD))
    moved = {"7": [(s + 1, e + 1, t) for s, e, t in PREDICTED["7"]]}
    quotes = [TEXTS["7"][s:e] for s, e, _ in PREDICTED["7"]]
    lines = zip(mention_lines(moved).splitlines(), quotes, strict=True)
    cells = ([*line.split("\t")[:3], quote, line.split("\t")[4]] for line, quote in lines)
    Path("pred.txt").write_text("".join("\t".join(row) + "\n" for row in cells))
    with pytest.raises(InputError, match=r"pred\.txt:1: 4 of 4 mentions of document 7 ") as caught:
        call("score", "gold.txt", "pred.txt")
    assert "gold.txt:1" in str(caught.value)
    assert "--align" in str(caught.value)
    rows, _ = scores(call, "gold.txt", "pred.txt", "--align")
    assert rows["exact", "all", "all"] == (6, 4, 1)


def test_names_of_types_are_compared_without_their_way_of_writing(call):
    Path("gold.txt").write_text(pubtator({"8": [(0, 10, "CellLine"), (14, 18, "Species")]}))
    Path("pred.txt").write_text(pubtator({"8": [(0, 10, "cellline"), (14, 18, "species")]}))
    for more in ((), ("--type-map", "hunflair2"), ("--types", "cell_line,SPECIES")):
        rows, notes = scores(call, "gold.txt", "pred.txt", *more, "--per-type")
        assert (rows["exact", "all", "all"], notes) == ((2, 2, 2), []), more
    assert rows["exact", "all", "cell_line"] == (1, 1, 1)
    mixed = {"8": [(0, 10, "Species"), (14, 18, "SPECIES"), (0, 4, "Species")]}
    Path("gold.txt").write_text(pubtator(mixed))
    rows, notes = scores(call, "gold.txt", "pred.txt", "--per-type")
    assert rows["exact", "all", "Species"] == (3, 1, 1)
    assert "1 mention of gold.txt with the type SPECIES, taken for Species" in notes


def test_messages_advise_only_what_the_command_can_do(call):
    Path("gold.txt").write_text(pubtator(GOLD))
    Path("odd.txt").write_text("Nobody knows\nwhat this is.\n")
    Path("latin.txt").write_bytes(pubtator(GOLD).encode().replace(b"eases", b"\xe9ases"))
    cases = [
        (("latin.txt", "gold.txt"), "--gold-option encoding=cp1252"),
        (("gold.txt", "latin.txt"), "--pred-option encoding=cp1252"),
        (("gold.txt", "odd.txt"), "--pred-format"),
        (("odd.txt", "gold.txt"), "--gold-format"),
        (("gold.txt", "odd.txt", "--pred-format", "pubtator"), "PubTator"),
        (("gold.txt", "odd.txt", "--pred-format", "bioc_xml"), "XML"),
        (("gold.txt", "odd.txt", "--pred-format", "iob"), "IOB"),
        (("gold.txt", "odd.txt", "--pred-format", "genia"), "XML"),
        (("gold.txt", "nope.ann"), "nope.ann: the file does not exist"),
    ]
    for arguments, part in cases:
        with pytest.raises(InputError) as caught:
            call("score", *arguments)
        message = str(caught.value)
        assert part in message, arguments
        assert "→" in message, arguments
        for foreign in ("--reader", "catalog", "corpora fetch", "--option "):
            assert foreign not in message, arguments


def test_mentions_that_cross_sentences_can_be_left_out(call):
    text = {"1": "Bromax was given. Brill disease was seen."}
    Path("gold.txt").write_text(pubtator({"1": [(0, 6, "X"), (11, 23, "X")]}, text))
    Path("pred.txt").write_text(pubtator({"1": [(0, 6, "X"), (11, 31, "X")]}, text))
    rows, notes = scores(call, "gold.txt", "pred.txt", "--without-crossing")
    assert rows["overlap", "all", "all"] == (2, 2, 2)
    assert rows["overlap", "one sentence", "all"] == (1, 1, 1)
    assert notes == ["2 mentions reaching into a second sentence"]


def test_intervals_are_shown_when_asked_for(call):
    Path("gold.txt").write_text(pubtator(GOLD))
    Path("pred.txt").write_text(pubtator(PREDICTED))
    plain = call("score", "gold.txt", "pred.txt")
    ways = ("--match", "exact", "--match", "partial", "--output", "f.json", "--output", "f.md")
    shown = call("score", "gold.txt", "pred.txt", *ways, "--intervals", "--without-crossing")
    assert "from–to" in shown
    assert "from–to" not in plain
    exact, partial, inner, _ = json.loads(Path("f.json").read_text())["scores"]
    assert (inner["match"], inner["mentions"]) == ("exact", "one sentence")
    # Of two documents, one is drawn twice at times: F1 of the first is 1 / 4, of the second 2 / 3.
    for row in (exact, inner):
        assert (row["f1_low"], row["f1_high"]) == pytest.approx((0.25, 2 / 3))
    assert partial["f1_low"] is None
    assert "| 36.36 | 23.33 | 6 | 5 | 2 | 25.00–66.67 |" in Path("f.md").read_text()
    Path("one.txt").write_text(pubtator({"7": GOLD["7"]}))
    _, notes = scores(call, "one.txt", "one.txt", "--intervals")
    assert notes == ["1 document in GOLD, too few for intervals"]


def test_figures_and_decisions_are_kept(call):
    Path("gold.txt").write_text(pubtator(GOLD))
    Path("pred.txt").write_text(pubtator(PREDICTED))
    names = ("f.csv", "f.md", "f.parquet")
    shown = call("score", "gold.txt", "pred.txt", *(x for n in names for x in ("--output", n)))
    assert re.search(r"exact +40\.00 +33\.33 +36\.36 +23\.33 +6 +5 +2", shown)
    assert "| exact | all | all | 40.00 | 33.33 | 36.36 | 23.33 | 6 | 5 | 2 |" in \
        Path("f.md").read_text()  # fmt: skip
    assert "exact,all,all,0.4," in Path("f.csv").read_text()
    decisions = pq.read_table("f.parquet")
    assert (decisions.num_rows, set(decisions["model"].to_pylist())) == (9, {"pred"})
    with pytest.raises(InputError, match=r"f\.xls: this format is not supported"):
        call("score", "gold.txt", "pred.txt", "--output", "f.xls")


def spelt(tags):
    return tags.split()


def iob(sentences):
    return "\n\n".join("\n".join(f"w{i}\t{t}" for i, t in enumerate(s)) for s in sentences) + "\n"


def iob_counts(call, gold, predicted):
    # A file without any mention would not be known as IOB.
    options = ("--gold-format", "iob", "--pred-format", "iob", "--types", "X,Y")
    Path("gold.iob").write_text(iob(gold))
    Path("pred.iob").write_text(iob(predicted))
    rows, _ = scores(call, "gold.iob", "pred.iob", "--match", "exact", *options)
    gold_count, predicted_count, right = rows["exact", "all", "all"]
    return right, predicted_count, gold_count


tags = st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"])
tagged = st.lists(st.lists(st.tuples(tags, tags), min_size=1, max_size=8), min_size=1, max_size=3)
few = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def agree(found, expected):
    """Whether (right, predicted, gold) give seqeval's precision and support."""
    right, predicted, gold = found
    precision, recall, _, support = expected
    assert (round(recall * support), support) == (right, gold)
    assert precision == pytest.approx(right / predicted if predicted else 0)


@few
@given(sentences=tagged)
def test_agrees_with_seqeval(call, sentences):
    gold, predicted = ([[pair[k] for pair in s] for s in sentences] for k in (0, 1))
    figures = sequence_labeling.precision_recall_fscore_support
    expected = figures(gold, predicted, average="micro", zero_division=0)
    agree(iob_counts(call, gold, predicted), expected)


@few
@given(sentences=tagged)
def test_agrees_with_strict_seqeval_where_tags_are_well_formed(call, sentences):
    def mended(tags):
        kept = ["O"]
        for tag in tags:
            continues = tag[0] != "I" or kept[-1][1:] == tag[1:]
            kept.append(tag if continues else "B" + tag[1:])
        return kept[1:]

    gold, predicted = ([mended([pair[k] for pair in s]) for s in sentences] for k in (0, 1))
    found = iob_counts(call, gold, predicted)
    if found[1:] == (0, 0):
        return  # seqeval has no strict figure of nothing
    figures = v1.precision_recall_fscore_support
    agree(found, figures(gold, predicted, average="micro", zero_division=0, scheme=IOB2))


def test_agrees_with_conlleval(call):
    gold = [
        "O",
        "B-X",
        "I-X",
        "O",
        "I-X",
        "B-X",
        "O",
        "O",
        "B-Y",
        "I-X",
        "I-X",
        "O",
        "O",
        "O",
        "O",
        "B-X",
        "I-Y",
        "O",
    ]
    predicted = [
        "O",
        "B-X",
        "I-X",
        "I-X",
        "O",
        "B-X",
        "O",
        "O",
        "I-Y",
        "I-Y",
        "B-X",
        "O",
        "B-X",
        "O",
        "I-X",
        "B-X",
        "I-Y",
        "O",
    ]
    # What conlleval prints of these columns: "7 phrases; found: 8 phrases; correct: 3",
    # Y: precision 50.00, recall 50.00, found 2; X: precision 33.33, recall 40.00, found 6.
    options = ("--gold-format", "iob", "--pred-format", "iob", "--per-type")
    Path("gold.iob").write_text(iob([gold]))
    Path("pred.iob").write_text(iob([predicted]))
    rows, _ = scores(call, "gold.iob", "pred.iob", *options)
    assert rows["exact", "all", "all"] == (7, 8, 3)
    assert rows["exact", "all", "Y"] == (2, 2, 1)
    assert rows["exact", "all", "X"] == (5, 6, 2)


def run(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


def test_only_what_is_needed_is_imported(tmp_path):
    (tmp_path / "gold.txt").write_text(pubtator(GOLD))
    program = (
        "import sys; from sru_ner.cli.main import app;"
        f"app(['score', '{tmp_path}/gold.txt', '{tmp_path}/gold.txt'], standalone_mode=False);"
        "print(sorted({'torch', 'transformers', 'spacy', 'sentencex', 'mlflow', 'rapidfuzz',"
        " 'sru_ner.evaluation.confidence.bootstrap'}"
        " & set(sys.modules)))"
    )
    done = run(sys.executable, "-c", program)
    assert done.stdout.splitlines()[-1] == "[]"


def blocks(kind):
    """(name, content) of the code blocks of the how-to."""
    found = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```", HOW_TO.read_text(), re.DOTALL | re.MULTILINE)
    return [(name, content) for language, name, content in found if language == kind]


def test_how_to_works_as_written(tmp_path):
    files = dict(blocks("text") + blocks("json"))
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    commands = "\n".join(content for _, content in blocks("sh"))
    script = f'set -e\nsru-ner() {{ "{sys.executable}" -m sru_ner "$@"; }}\n{commands}'
    done = run("bash", "-c", script, cwd=tmp_path)
    assert "differs in white space from character 37" in done.stderr
    written = (tmp_path / "scores.md").read_text()
    assert "| exact | all | all | 80.00 | 66.67 | 72.73 | 79.17 | 6 | 5 | 4 |" in written
    shown = re.findall(r"^ exact +(?:all +)?([\d.]+) ", done.stdout, re.MULTILINE)
    assert shown == ["80.00", "75.00", "80.00"]
    programs = dict(blocks("python"))
    done = run(sys.executable, "-c", programs["score_files.py"], cwd=tmp_path)
    shown = done.stdout.splitlines()
    assert shown[0].startswith("all 0.8 0.666")
    assert shown[0].endswith(" 6 5 4")
    assert "Species 1.0 0.5 0.666" in done.stdout
    done = run(sys.executable, "-c", programs["bern2.py"])
    assert json.loads(done.stdout) == {
        "id": "9", "text": "BRX1 was seen.", "spans": [[0, 4, "gene"]]
    }  # fmt: skip


def test_how_to_shows_settings_that_are_taken():
    from sru_ner.settings.sections import EvaluateSettings

    (content,) = (content for _, content in blocks("yaml"))
    given = yaml.safe_load(content)["evaluate"]
    found = EvaluateSettings(tested=("biored",), **given).predictions["bern2"]
    assert (found.type_map, found.files["biored"]) == ("bern2", "biored_test.jsonl")
    assert found.sources == ()
