import json

import pyarrow as pa
import pytest

from sru_ner.corpora.incidents import Incidents
from sru_ner.dataset.corpus import Corpus
from sru_ner.decisions.counts import Counts, count
from sru_ner.decisions.predicted_mentions import PredictedMention
from sru_ner.decisions.table import SCHEMA, write_decisions
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.evaluation.confidence.rankings import rankings
from sru_ner.evaluation.matrix import build_matrix
from sru_ner.evaluation.scored import scored_decisions
from sru_ner.predictions.gold_texts import TextsDifferError
from sru_ner.predictions.tool import evaluate_tool, in_sentences
from sru_ner.settings.sections import EvaluateSettings

TESTED = ("chemicals", "diseases")


@pytest.fixture
def answer(harmonized, tmp_path):
    """Write a tool's answers: `aspirin` a drug and `headache` a disease, in the tested texts."""

    def answer(*corpora, change=lambda text: text, score=None, **settings):
        for corpus in corpora:
            lines = []
            for row in Corpus(harmonized, corpus).split("test").table("documents").to_pylist():
                text = change(row["text"])
                spans = [
                    [text.index(word), text.index(word) + len(word), label]
                    for word, label in (("aspirin", "drug"), ("headache", "DISEASE"))
                    if word in text
                ]
                if score is not None:
                    spans = [
                        {"start": start, "end": end, "type": label, "score": score}
                        for start, end, label in spans
                    ]
                record = {"id": row["document_id"], "text": text, "spans": spans}
                lines.append(json.dumps(record) + "\n")
            (tmp_path / f"{corpus}.jsonl").write_text("".join(lines))
        given = {
            "folder": str(tmp_path),
            "files": {corpus: f"{corpus}.jsonl" for corpus in corpora},
            "type_map": "bern2",
            **settings,
        }
        return EvaluateSettings(tested=TESTED, predictions={"tool": given})

    return answer


def counts(decisions, corpus):
    rows = [r for r in decisions.to_pylist() if r["tested"] == corpus and r["in_inventory"]]
    return Counts(
        tp=sum(r["gold"] and r["predicted"] for r in rows),
        fp=sum(r["predicted"] and not r["gold"] for r in rows),
        fn=sum(r["gold"] and not r["predicted"] for r in rows),
    )


def test_a_tool_has_decisions_like_a_model(answer, harmonized, tmp_path):
    incidents = Incidents()
    decisions = evaluate_tool("tool", answer(*TESTED), incidents, harmonized=harmonized)
    assert decisions.schema.equals(SCHEMA)
    assert set(decisions["model"].to_pylist()) == {"tool"}
    # Of two texts, each nine times: "aspirin" is half of "unknown aspirin" in the second.
    assert counts(decisions, "chemicals") == Counts(tp=9, fp=9, fn=9)
    assert counts(decisions, "diseases") == Counts(tp=5, fp=5, fn=5)
    outside = [r for r in decisions.to_pylist() if not r["in_inventory"]]
    assert {(r["tested"], r["type"]) for r in outside} == {
        ("chemicals", "Disease"), ("diseases", "Chemical"),
    }  # fmt: skip
    assert all(r["score"] is None for r in decisions.to_pylist())
    assert incidents.sentences() == []


def test_each_prediction_has_the_sentence_in_which_it_starts(answer, harmonized):
    decisions = evaluate_tool("tool", answer(*TESTED), Incidents(), harmonized=harmonized)
    wrong = [r for r in decisions.to_pylist() if not r["gold"]]
    assert wrong
    bounds = {
        (corpus, row["document_id"], row["sentence_id"]): (row["start"], row["end"])
        for corpus in TESTED
        for row in Corpus(harmonized, corpus).split("test").table("sentences").to_pylist()
    }
    for row in wrong:
        start, end = bounds[row["tested"], row["document_id"], row["sentence_id"]]
        assert start <= row["start"] < end


def test_the_last_sentence_that_began_has_what_starts_after_it():
    places = {"document_id": ["d", "d"], "start": [30, 2], "sentence_id": [1, 0]}
    mentions = [
        PredictedMention("d", None, start, 40, "x", "X", None) for start in (0, 2, 29, 30, 39)
    ]
    mentions.append(PredictedMention("e", None, 3, 5, "x", "X", None))
    found = [mention.sentence_id for mention in in_sentences(mentions, pa.table(places))]
    assert found == [None, 0, 0, 1, 1, None]


def test_scores_of_its_files_are_ranked(answer, harmonized):
    incidents = Incidents()
    settings = answer("chemicals", score=0.7)
    decisions = evaluate_tool("tool", settings, incidents, harmonized=harmonized)
    found = {ranking.scope: ranking for ranking in rankings(decisions)}
    assert found["inventory"].scores == pytest.approx([0.7] * 18)
    assert incidents.sentences() == []


def test_predictions_without_a_score_among_others_are_told(answer, harmonized, tmp_path):
    settings = answer("chemicals", score=0.7)
    path = tmp_path / "chemicals.jsonl"
    path.write_text(path.read_text().replace(', "score": 0.7', "", 1))
    incidents = Incidents()
    decisions = evaluate_tool("tool", settings, incidents, harmonized=harmonized)
    assert "inventory" not in {ranking.scope for ranking in rankings(decisions)}
    assert incidents.sentences() == [f"1 mention of {path} without a score, unlike the others"]


def test_it_is_a_row_of_the_matrix_also_without_a_file_for_each_corpus(
    answer, harmonized, tmp_path
):
    settings = answer("chemicals")
    decisions = evaluate_tool("tool", settings, Incidents(), harmonized=harmonized)
    write_decisions(tmp_path / "tool.parquet", decisions, tested=TESTED)
    found = count(scored_decisions(tmp_path, ["tool"], TESTED, "test"))
    matrix = build_matrix(
        found, suite="s", split="test", shown="inventory", models=["tool"], tested=TESTED
    )
    assert matrix["tool", "chemicals"].micro("common") == Counts(tp=9, fp=9, fn=9)
    assert matrix["tool", "chemicals"].comparable
    assert matrix["tool", "diseases"].shown_f1("inventory") is None


def test_a_tool_knows_what_is_said_that_it_knows(answer, harmonized):
    settings = answer("chemicals", types=["Disease"])
    decisions = evaluate_tool("tool", settings, Incidents(), harmonized=harmonized)
    assert counts(decisions, "chemicals") == Counts(fn=18)
    assert not any(r["known"] for r in decisions.to_pylist() if r["type"] == "Chemical")


def test_other_texts_are_refused_unless_they_are_to_be_aligned(answer, harmonized):
    def change(text):
        return text.replace(" ", "  ", 1)

    with pytest.raises(TextsDifferError, match=r"evaluate\.predictions\.tool\.align"):
        evaluate_tool(
            "tool", answer("chemicals", change=change), Incidents(), harmonized=harmonized
        )
    incidents = Incidents()
    settings = answer("chemicals", change=change, align=True)
    decisions = evaluate_tool("tool", settings, incidents, harmonized=harmonized)
    assert counts(decisions, "chemicals") == Counts(tp=9, fp=9, fn=9)
    assert incidents.sentences()[0].startswith("18 documents aligned")


def test_unknown_names_are_refused(answer, harmonized):
    settings = answer("chemicals", type_map={"drug": ""})
    with pytest.raises(UnknownNameError, match=r"'tol'\. Did you mean 'tool'"):
        evaluate_tool("tol", settings, Incidents(), harmonized=harmonized)
    with pytest.raises(
        InputError, match=r"evaluate\.predictions\.tool\.type_map: 'drug' is mapped to ''"
    ):
        evaluate_tool("tool", settings, Incidents(), harmonized=harmonized)


def test_missing_files_of_an_optional_tool_are_told(answer, harmonized, tmp_path):
    settings = answer("chemicals", files={"chemicals": "chemicals.jsonl", "diseases": "none.jsonl"})
    with pytest.raises(InputError, match=r"none\.jsonl: the file does not exist"):
        evaluate_tool("tool", settings, Incidents(), harmonized=harmonized)
    optional = settings.predictions["tool"].model_copy(update={"optional": True})
    settings = settings.model_copy(update={"predictions": {"tool": optional}})
    incidents = Incidents()
    decisions = evaluate_tool("tool", settings, incidents, harmonized=harmonized)
    assert set(decisions["tested"].to_pylist()) == {"chemicals"}
    assert incidents.sentences() == [
        "1 file of tool missing, so it has no figure on their corpora"
        f" (first: {tmp_path / 'none.jsonl'})"
    ]
    (tmp_path / "chemicals.jsonl").unlink()
    nothing = evaluate_tool("tool", settings, Incidents(), harmonized=harmonized)
    assert nothing.num_rows == 0
    assert nothing.schema.equals(SCHEMA)


def test_mentions_without_texts_are_those_of_the_corpus(answer, harmonized, tmp_path):
    settings = answer("chemicals", type_map={"CHEMICAL": "chemical"})
    path = tmp_path / "chemicals.jsonl"
    lines = []
    for number, record in enumerate(map(json.loads, path.read_text().splitlines())):
        for start, end, _ in record["spans"]:
            quoted = record["text"][start:end]
            lines.append(f"{record['id']}\t{start}\t{end}\t{quoted}\tChemical\t{number}\n")
    path.write_text("".join(lines))
    incidents = Incidents()
    decisions = evaluate_tool("tool", settings, incidents, harmonized=harmonized)
    # As in the first test, with the headaches as chemicals, too.
    assert counts(decisions, "chemicals").tp == 9
    assert incidents.sentences() == []
