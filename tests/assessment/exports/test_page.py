import re
from html.parser import HTMLParser

import pytest

from sru_ner.assessment.exports.page import draw_item, to_page
from sru_ner.assessment.sample import draw_sample, in_sentences

COLOURS = {"Gene": "#111", "Species": "#222", "<b onclick='y'>": "#333"}


class Reader(HTMLParser):
    """Collects tags, the running text and the labels of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.labels = [], "", []
        self._inside = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside.append(dict(attrs).get("class"))

    def handle_endtag(self, tag):
        self._inside.pop()

    def handle_data(self, data):
        if self._inside and self._inside[-1] == "label":
            self.labels.append(data)
        else:
            self.text += data


@pytest.fixture
def sample(decisions):
    return draw_sample(decisions, bands=(0.5, 1.0), per_stratum=9, seed=1)


@pytest.fixture
def items(sample, decisions, sentence):
    return in_sentences(sample, decisions, [sentence])


def test_the_drawn_sentence_reads_as_it_stands(items, sentence):
    reader = Reader()
    reader.feed(str(draw_item(items[0], COLOURS)))
    read = " ".join(reader.text.replace("\N{NO-BREAK SPACE}", "").split())
    assert read == " ".join(sentence.text.split())
    assert sorted(reader.labels) == [
        "<b onclick='y'> 0.75",
        "Gene 0.60",
        "Gene 0.95",
        "Species 0.85",
        "annotated: Disease",
    ]
    assert {tag for tag, _ in reader.tags} == {"div", "span"}
    assert not any("onclick" in attributes for _, attributes in reader.tags)


def test_nested_mentions_are_drawn_below_each_other(items):
    drawn = draw_item(items[0], COLOURS)
    outer, inner = re.findall(r'class="label"[^>]*top:(\d+)px">Gene', drawn)
    assert int(outer) < int(inner)


def test_annotated_and_predicted_mentions_look_different(items):
    drawn = draw_item(items[0], COLOURS)
    assert "--paint:#5b6675;" in re.search(r"<span[^>]*>annotated: Disease", drawn)[0]
    dashed = re.findall(r'class="slice dashed" style="--paint:([^;]*)', drawn)
    assert set(dashed) == {"#5b6675"}
    assert "--paint:#222;" in re.search(r"<span[^>]*>Species", drawn)[0]


def test_the_page_is_complete_in_itself_and_safe(sample, items):
    page = to_page(sample, items, suite="demo", model="m", split="test")
    reader = Reader()
    reader.feed(page)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == page.count("<script") == 2
    assert "alert" not in "".join(scripts)
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert not re.search(r"url\(|@import|https?:", page)
    articles = [attributes for tag, attributes in reader.tags if tag == "article"]
    assert [a["data-tested"] for a in articles] == ["dis"]
    # `tojson` writes < and ' as escapes, which JSON.parse in the page reads back.
    assert '"Gene"' in articles[0]["data-types"]
    assert r"\u003cb onclick=\u0027y\u0027\u003e" in articles[0]["data-types"]


def test_an_empty_sample_says_so(decisions_of):
    empty = draw_sample(decisions_of([]), bands=(0.5, 1.0), per_stratum=9, seed=1)
    page = to_page(empty, [], suite="demo", model="m", split="test")
    assert "There are no such predictions to judge" in page
    assert "<article" not in page
