import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.detect import detect_format
from sru_ner.corpora.readers import markdown
from sru_ner.errors import InputError

CORPUS = r"""A note before.

# 7
Loss of [BRCA1](Gene) in [mice](Species)

The [[BRCA1](Gene) deficiency](Disease) with N-\[2-(𝛼-oxo)\]amide [3], see [page](https://x.org).
#
An [odd] \ text \\ and [no end
# none
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "texts.md"
    path.write_text(CORPUS, encoding="utf-8")
    return path


def read(path, **options):
    return markdown.read(path, name="texts", options=markdown.Options(**options))


def test_links_are_mentions(file):
    assert detect_format(file).reader == "markdown"
    first, second, third = read(file).documents
    assert first.text == (
        "Loss of BRCA1 in mice\n"
        "The BRCA1 deficiency with N-[2-(𝛼-oxo)]amide [3], see [page](https://x.org)."
    )
    assert (first.id, first.line, first.passage_cuts) == ("7", 3, (22,))
    assert [(m.text, m.type, m.line) for m in first.mentions] == [
        ("BRCA1", "Gene", 4),
        ("mice", "Species", 4),
        ("BRCA1 deficiency", "Disease", 6),
        ("BRCA1", "Gene", 6),
    ]
    assert all(first.text[m.start : m.end] == m.text for m in first.mentions)
    assert (second.id, second.text) == ("texts-000007", "An [odd] \\ text \\ and [no end")
    assert (third.id, third.text, third.mentions) == ("none", "", ())


def test_lines_before_the_first_document_are_noted(file):
    [incident] = read(file).incidents
    assert (incident.outcome, incident.reason, incident.line) == ("noted", "no_document", 1)


def test_a_file_without_documents_is_an_error(tmp_path):
    (tmp_path / "a.md").write_text("[zinc](Chemical)\n")
    with pytest.raises(InputError, match=r"no document in this file.*before the first") as caught:
        read(tmp_path / "a.md")
    assert "# 1" in caught.value.remedy


def escaped(text):
    return "".join(f"\\{c}" if c in "[]()\\" else c for c in text)


@given(st.recursive(
    st.text("ab[]()\\ 𝛼", min_size=1).map(lambda text: [text]),
    lambda parts: st.lists(parts | parts.map(tuple), min_size=1, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_what_is_written_is_read_again(tree):
    """A tuple is a mention of what is in it."""

    def write(part, start):
        if isinstance(part, str):
            return escaped(part), part, []
        source, text, mentions = "", "", []
        for each in part:
            more = write(each, start + len(text))
            source, text, mentions = source + more[0], text + more[1], mentions + more[2]
        if isinstance(part, tuple):
            return f"[{source}](T)", text, [*mentions, (start, start + len(text), "T")]
        return source, text, mentions

    source, text, mentions = write(tree, 0)
    assert markdown.parse(source) == (text, mentions)
