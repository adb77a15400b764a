import csv
import json
import re
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from sru_ner.evaluation_report import report
from sru_ner.evaluation_report.report import write_report

PAGE = re.compile(r'<script type="application/json" id="figures">(.*?)</script>', re.DOTALL)


def embedded(page):
    return json.loads(PAGE.search(page)[1])


@pytest.fixture
def page(report_folder):
    return (report_folder / "index.html").read_text(encoding="utf-8")


def test_the_folder_is_complete_and_the_same_every_time(
    tmp_path, suite_data, small_suite, findings_of, report_folder
):
    findings = findings_of(small_suite)
    again, data = tmp_path / "evaluation", tmp_path / "data"
    for folder in (again, data):
        folder.mkdir()
        (folder / "left over").touch()
    training = {path.stem: path for path in (suite_data / "curves").iterdir()}
    write_report(again, data, findings, small_suite, training=training)
    names = sorted(path.name for path in report_folder.iterdir())
    assert sorted(path.name for path in again.iterdir()) == names
    for name in names:
        first, second = ((folder / name).read_bytes() for folder in (report_folder, again))
        # The folder of the quoted tables is named on the page.
        assert first.replace(bytes(report_folder.parent), b"") == second.replace(
            bytes(tmp_path), b""
        ), name
    for path in data.iterdir():
        assert path.read_bytes() == (report_folder.parent / "data" / path.name).read_bytes()


def test_only_the_page_quotes_the_corpora(report_folder, page):
    words = (b"spirin", b"headache", b"buprofen", b"cough")
    assert all(word.decode() in page for word in words)
    for path in report_folder.iterdir():
        if path.suffix == ".parquet":
            content = pq.read_table(path).to_pandas().to_csv().encode()
        else:
            content = path.read_bytes()
        if path.name != "index.html":
            assert [word for word in words if word in content] == [], path.name


def test_the_page_needs_nothing_from_elsewhere(report_folder, page):
    links = re.findall(r'(?:src|href)="([^"#][^"]*)"', page)
    beside = {path.name for path in report_folder.iterdir()}
    assert {link for link in links if not link.startswith("data:")} <= beside
    assert not re.search(r"url\(|@import|https?:(?!//www.w3.org/2000/svg)", page)


def test_every_file_beside_the_page_is_named_on_it(report_folder, page):
    for path in report_folder.iterdir():
        assert path.name == "index.html" or f'href="{path.name}"' in page


def test_figures_of_the_page_are_those_of_the_files(report_folder, page):
    found = embedded(page)
    matrix = json.loads((report_folder / "matrix.json").read_text())
    assert {**found["matrix"], "left_out": [], "absent_tools": []} == matrix
    packed = found["tables"]["intervals"]
    with (report_folder / "intervals.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(packed["low"]) > 0
    for low, row in zip(packed["low"], rows, strict=True):
        assert (low is None) == (row["low"] == "")
        assert low is None or low == pytest.approx(float(row["low"]), abs=1e-4)


def test_hostile_text_stays_text(tmp_path, findings, small_suite):
    hostile = "</script><script>alert(1)</script>"
    texts = pa.array([hostile] * findings.strings.num_rows)
    column = findings.strings.column_names.index("text")
    spoilt = replace(findings, strings=findings.strings.set_column(column, "text", texts))
    write_report(tmp_path / "r", tmp_path / "d", spoilt, small_suite, training={})
    page = (tmp_path / "r" / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert hostile in embedded(page)["tables"]["strings"]["text"]["values"]


def test_a_csv_table_is_rounded_and_quotes_what_it_must():
    table = pa.table(
        {"a": ["x", 'y,"'], "b": [1 / 3, None], "c": [["p", "q"], []], "d": [True, False]}
    )
    assert report.table_csv(table) == 'a,b,c,d\nx,0.333333,p q,true\n"y,""",,,false\n'


def test_corpora_left_out_are_named(tmp_path, findings, small_suite, page, report_folder):
    assert "not available" not in page
    assert json.loads((report_folder / "matrix.json").read_text())["left_out"] == []
    part = small_suite.model_copy(update={"left_out": ("bc4chemd", "conll2003")})
    write_report(tmp_path / "r", tmp_path / "d", findings, part, training={})
    text = (tmp_path / "r/index.html").read_text()
    assert "left out of the suite: bc4chemd, conll2003." in text
    matrix = json.loads((tmp_path / "r/matrix.json").read_text())
    assert matrix["left_out"] == ["bc4chemd", "conll2003"]


def test_what_changed_between_two_models_is_beside_the_quotes(report_folder, findings):
    changed = pq.read_table(report_folder.parent / "data" / "changed.parquet")
    assert changed.equals(findings.changed)
    rows = changed.filter(pc.field("tested") == "dis").to_pylist()
    # Wide has `headache` for `severe headache` in every second of eight, narrow never.
    assert sum(not row["gold"] for row in rows) == 4
    assert {row["text"] for row in rows} == {"headache", "severe headache", "cough"}


def test_a_tool_without_scores_has_a_row(tool_findings, tool_report):
    found = embedded((tool_report / "index.html").read_text(encoding="utf-8"))
    number = found["matrix"]["models"].index("tool")
    scores = {
        mention[i + 1]
        for quote in found["quotes"]
        for mention in quote["mentions"]
        for i in range(4, len(mention), 2)
        if mention[i] == number
    }
    assert scores == {None}
    mine = pc.field("model") == "tool"
    examples = tool_findings.examples.filter(mine).to_pylist()
    texts = [tool_findings.quotes[row["quote"]].text[row["start"] : row["end"]] for row in examples]
    assert {row["score"] for row in examples} == {None}
    # What it marks wrongly is in its sentence, as a model's errors are.
    assert {(row["side"], text) for row, text in zip(examples, texts, strict=True)} == {
        ("fp", "cures"), ("fn", "cough"),
    }  # fmt: skip
    assert tool_findings.average_precision.filter(mine).num_rows == 0


def test_a_tool_that_learned_nobody_knows_what_does_not_look_clean(tool_report):
    matrix = json.loads((tool_report / "matrix.json").read_text())
    marks = {(cell["model"], cell["tested"]): cell["mark"] for cell in matrix["cells"]}
    assert (marks["tool", "dis"], marks["wide", "dis"]) == ("† ?", "† 1")
    for name in ("index.html", "report.md"):
        text = (tool_report / name).read_text(encoding="utf-8")
        assert "† ?: it is not known what the tool learned from" in text


def test_a_tool_without_its_files_has_no_row_and_is_named(tmp_path, absent_suite, absent_findings):
    folder = tmp_path / "evaluation"
    write_report(folder, tmp_path / "data", absent_findings, absent_suite, training={})
    matrix = json.loads((folder / "matrix.json").read_text())
    assert matrix["models"] == ["wide", "narrow", "tool"]
    assert matrix["absent_tools"] == ["missing_tool"]
    note = "No row, because their files of predictions were not there: missing_tool."
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert f"<p>{note}</p>" in page
    assert page.count("missing_tool") == 1
    assert note in (folder / "report.md").read_text()
    assert "missing_tool" not in (folder / "matrix.csv").read_text()
