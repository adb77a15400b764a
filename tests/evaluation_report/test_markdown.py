import re
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sru_ner.evaluation_report.markdown import as_markdown


@pytest.fixture
def text(findings):
    return as_markdown(findings)


def section(text, title):
    return text.split(f"## {title}")[1].split("\n## ")[0]


def test_the_matrix_has_figures_intervals_marks_and_support(text, findings):
    shown = section(text, "Micro F1 (%) over all types")
    assert re.search(
        r"\| wide \| (\*\*)?\d+\.\d(\*\*)? \(\d+\.\d–\d+\.\d\) † 1 \| 9\d\.\d \(", shown
    )
    assert re.search(r"\| narrow \| \d+\.\d \(.*\) \| – \|", shown)
    assert "| *gold mentions* | *16* | *16* |" in shown
    assert findings.matrix.leaks.note in text


def test_a_significant_difference_names_the_better_model_first(findings):
    row = {
        **findings.significance.to_pylist()[0],
        "scope": "inventory",
        "difference": -0.125,
        "low": -0.2,
        "high": -0.05,
        "p_adjusted": 0.0002,
    }
    better, worse = row["model_b"], row["model_a"]
    table = pa.Table.from_pylist([row], schema=findings.significance.schema)
    shown = section(as_markdown(replace(findings, significance=table)), "Differences")
    assert f"| {row['tested']} | {better} | {worse} | 12.5 | 5.0 to 20.0 | < 0.001 |" in shown
    table = pa.Table.from_pylist([{**row, "p_adjusted": 0.06}], schema=table.schema)
    shown = section(as_markdown(replace(findings, significance=table)), "Differences")
    assert "0 of 1." in shown
    assert "|" not in shown


def test_errors_are_counted_by_class(text, findings):
    *table, _, meanings = section(text, "Errors").strip().splitlines()
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table)
    assert head[:2] == ["model", "tested"]
    assert "boundary" in head
    assert "boundary: right type, wrong boundaries" in meanings
    counted = sum(int(cell) for row in rows for cell in row[2:])
    judged = findings.errors.filter(pc.field("side") != "unjudged")
    assert counted == pc.sum(judged["mentions"]).as_py() > 0


def test_gaps_come_with_their_estimate(text):
    # `wide` finds `Aspirin` in `dis` with scores of 0.9 and more in half of the documents, and is
    # right about chemicals wherever they are marked.
    assert re.search(r"\| dis \| Chemical \| wide \| 4 \| 100\.0 \| 4 \|", section(text, "Annot"))


def test_no_text_of_a_corpus_is_in_it(text):
    assert not re.search("aspirin|headache|ibuprofen|cough", text, re.IGNORECASE)


def test_only_a_model_that_is_better_beyond_chance_is_bold(findings):
    for p, bold in ((0.04, True), (0.06, False)):
        rows = [{**row, "p_adjusted": p} for row in findings.significance.to_pylist()]
        table = pa.Table.from_pylist(rows, schema=findings.significance.schema)
        shown = section(as_markdown(replace(findings, significance=table)), "Micro F1")
        assert bool(re.search(r"\| wide \| \*\*", shown)) is bold
        assert "| narrow | **" not in shown
