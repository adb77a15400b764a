import csv
import re
import shutil

import pytest

from sru_ner.data_report.report import gather, write_report
from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError, UnknownNameError

NAMES = ["drugs", "fevers", "mixed"]


def opened(root, names):
    return [Corpus(root, name) for name in names]


@pytest.fixture
def catalog(corpora, monkeypatch):
    monkeypatch.setenv("SRU_NER_CATALOG", str(corpora / "corpora"))


@pytest.fixture
def folder(corpora, catalog, tmp_path):
    write_report(
        tmp_path / "report", gather(opened(corpora / "harmonized", NAMES), corpora / "reports")
    )
    return tmp_path / "report"


def test_only_the_page_quotes_the_corpora(folder):
    texts = {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir() if p.suffix != ".png"}
    assert sorted(texts) == [
        "corpora.csv",
        "corpora.md",
        "gaps.csv",
        "gaps.md",
        "index.html",
        "inventory.csv",
        "inventory.md",
        "leakage.csv",
        "leakage.md",
        "types.csv",
    ]
    quoting = [name for name, text in texts.items() if re.search("zaltrexin|velmar", text, re.I)]
    assert quoting == ["index.html"]
    assert sorted(p.name for p in folder.glob("*.png")) == [
        "gaps.png",
        "inventory.png",
        "leakage.png",
    ]


def test_the_page_asks_for_nothing_and_escapes_what_it_quotes(folder):
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "The drugs &lt;corpus&gt;" in page
    assert page.count("<script") == 1, "that of tables that scroll"
    assert not re.search(r"url\(|@import|src=", page)
    for link in re.findall(r'href="([^"]*)"', page):
        assert link == "data:," or link.startswith("#") or (folder / link).is_file(), link
        assert not link.startswith("#") or f'id="{link[1:]}"' in page


def test_the_page_shows_each_part(folder):
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "66 occurrences in mixed" in page
    assert ">33%</td>" in page
    assert "zaltrexin (22)" in page
    assert "2 of 2 test documents of mixed overlap with train and dev of drugs" in page
    assert re.search(r'class="label"[^>]*>Disease</span>', page)


def test_the_same_bytes_again(folder, corpora, tmp_path):
    again = gather(opened(corpora / "harmonized", NAMES[::-1]), corpora / "reports")
    write_report(tmp_path / "again", again)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_tables_add_up(folder):
    with (folder / "types.csv").open(encoding="utf-8") as file:
        by_type = sum(int(row["mentions"]) for row in csv.DictReader(file))
    with (folder / "corpora.csv").open(encoding="utf-8") as file:
        by_split = sum(int(row["mentions"]) for row in csv.DictReader(file))
    assert by_type == by_split > 0
    gaps = (folder / "gaps.md").read_text(encoding="utf-8")
    assert "| drugs | Chemical | mixed | 1 | 66 | 67% | 0% | 0% | 33% |" in gaps


def test_what_is_missing_is_named(corpora, catalog, tmp_path):
    with pytest.raises(UnknownNameError, match="nowhere"):
        gather(opened(corpora / "harmonized", ["nowhere"]), corpora / "reports")
    shutil.copytree(corpora / "harmonized", tmp_path / "harmonized")
    with pytest.raises(InputError, match="sru-ner harmonize drugs"):
        gather(opened(tmp_path / "harmonized", ["drugs"]), tmp_path)
