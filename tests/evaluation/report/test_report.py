import csv
import json
import re
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.evaluation.report import report
from sru_ner.evaluation.report.findings import gather
from sru_ner.evaluation.report.report import write_report

PAGE = re.compile(r'<script type="application/json" id="figures">(.*?)</script>', re.DOTALL)


def embedded(page):
    return json.loads(PAGE.search(page)[1])


@pytest.fixture
def page(report_folder):
    return (report_folder / "index.html").read_text(encoding="utf-8")


def test_the_folder_is_complete_and_the_same_every_time(
    tmp_path, suite_data, small_suite, leakage_of, report_folder
):
    findings = gather(
        small_suite,
        decisions=suite_data / "decisions",
        harmonized=suite_data / "harmonized",
        leakage=leakage_of([("chem", "train", "x", "dis", "d0")], ["dis", "chem"]),
        dev_decisions=suite_data / "dev",
        held_out={},
    )
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
    assert {link for link in links if not link.startswith("data:")} - beside == {"../runs.html"}
    assert not re.search(r"url\(|@import|https?:(?!//www.w3.org/2000/svg)", page)


def test_every_file_beside_the_page_is_named_on_it(report_folder, page):
    for path in report_folder.iterdir():
        assert path.name == "index.html" or f'href="{path.name}"' in page


def test_figures_of_the_page_are_those_of_the_files(report_folder, page):
    found = embedded(page)
    matrix = json.loads((report_folder / "matrix.json").read_text())
    assert {**found["matrix"], "left_out": []} == matrix
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


def test_a_csv_file_is_rounded_and_quotes_what_it_must(tmp_path):
    table = pa.table(
        {"a": ["x", 'y,"'], "b": [1 / 3, None], "c": [["p", "q"], []], "d": [True, False]}
    )
    report.write_csv(tmp_path / "t.csv", table)
    assert (tmp_path / "t.csv").read_text() == ('a,b,c,d\nx,0.333333,p q,true\n"y,""",,,false\n')


def test_corpora_left_out_are_named(tmp_path, findings, small_suite, page, report_folder):
    assert "could not be had" not in page
    assert json.loads((report_folder / "matrix.json").read_text())["left_out"] == []
    part = small_suite.model_copy(update={"left_out": ("bc4chemd", "conll2003")})
    write_report(tmp_path / "r", tmp_path / "d", findings, part, training={})
    assert "could not be had: bc4chemd, conll2003." in (tmp_path / "r/index.html").read_text()
    matrix = json.loads((tmp_path / "r/matrix.json").read_text())
    assert matrix["left_out"] == ["bc4chemd", "conll2003"]
