import json
import re
from html.parser import HTMLParser

from sru_ner.assessment.exports.page import to_page
from tests.assessment.exports.judged import ATTACK, some_items


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def facts(page):
    return json.loads(re.search(r'id="facts">(.*?)</script>', page, re.DOTALL)[1])


def test_the_page_has_the_items_but_not_who_judges_what():
    items = some_items()
    page = to_page(items.items, sample=items.digest, assessor="Ada Lovelace")
    given = facts(page)
    assert [each["text"] for each in given["items"]] == [item.text for item in items.items]
    assert not {"shared", "assessors"} & set(given["items"][0])
    assert given["head"] == {
        "format": "sru-ner verdicts",
        "version": 1,
        "sample": items.digest,
        "assessor": "Ada Lovelace",
    }
    assert given["file"] == f"verdicts-Ada-Lovelace-{items.digest[:8]}.json"


def test_the_page_is_complete_in_itself_and_safe():
    items = some_items()
    page = to_page(items.items, sample=items.digest, assessor="<b>A", guidelines=f"Short {ATTACK}")
    reader = Tags()
    reader.feed(page)
    assert page.count("<script") == 3, "the facts, the page's own and the one of all pages"
    assert "<b>" not in page
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert not re.search(r"url\(|@import|https?:", page)
    (policy,) = [a["content"] for t, a in reader.tags if t == "meta" and "http-equiv" in a]
    assert policy.startswith("default-src 'none';")
    assert "connect" not in policy


def test_a_page_without_items_says_so():
    page = to_page([], sample="0" * 64, assessor="A")
    assert "There is nothing to judge" in page
    assert 'id="card"' not in page
