import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, IOBES, Entities

from sru_ner.corpora.readers.tags import tag_parser, tag_runs


def runs(tags, scheme):
    return [(r.first, r.last, r.type, r.flaw) for r in tag_runs(tags.split(), scheme)]


@pytest.mark.parametrize(
    ("scheme", "tag", "plain"),
    [
        ("iob2", "O", "O"),
        ("iob2", "B-Gene_or_protein", "B-Gene_or_protein"),
        ("iob2", "I-a-b", "I-a-b"),
        ("iob2", "S-X", None),
        ("iob2", "b-X", None),
        ("iob2", "B", None),
        ("iob2", "B-", None),
        ("iob2", "B- ", None),
        ("iob2", "BX", None),
        ("iob2", "", None),
        ("iob2", "O-X", None),
        ("iobes", "E-X", "E-X"),
        ("iobes", "L-X", "E-X"),
        ("iobes", "U-X", "S-X"),
    ],
)
def test_plain_form_of_a_tag(scheme, tag, plain):
    assert tag_parser(scheme, None)(tag) == plain


def test_letters_alone_take_the_type_given():
    plain = tag_parser("iob2", "Gene")
    assert [plain(tag) for tag in ("B", "I", "O", "B-X", "B-", "X")] == [
        "B-Gene", "I-Gene", "O", "B-X", None, None,
    ]  # fmt: skip


def test_tags_of_other_forms():
    plain = tag_parser("iob2", None, separator="_", outside="_")
    assert [plain(tag) for tag in ("B_X", "I_a-b", "_", "O", "B-X", "B_")] == [
        "B-X", "I-a-b", "O", None, None, None,
    ]  # fmt: skip
    plain = tag_parser("io", None)
    assert [plain(tag) for tag in ("X", "I-X", "B-X", "O", "", " ", "B-", "BX")] == [
        "I-X", "I-X", "B-X", "O", None, None, None, "I-BX",
    ]  # fmt: skip


UNOPENED, UNCLOSED = "inside_without_begin", "begin_without_end"


@pytest.mark.parametrize(
    ("scheme", "tags", "expected"),
    [
        ("iob2", "O O", []),
        ("iob2", "B-X B-X I-X", [(0, 0, "X", None), (1, 2, "X", None)]),
        ("iob2", "I-X I-X O I-Y", [(0, 1, "X", UNOPENED), (3, 3, "Y", UNOPENED)]),
        ("iob2", "B-X I-Y", [(0, 0, "X", None), (1, 1, "Y", UNOPENED)]),
        ("iob1", "I-X I-Y B-Y", [(0, 0, "X", None), (1, 1, "Y", None), (2, 2, "Y", None)]),
        ("io", "I-X I-X I-Y O I-X", [(0, 1, "X", None), (2, 2, "Y", None), (4, 4, "X", None)]),
        ("iobes", "B-X I-X E-X S-X", [(0, 2, "X", None), (3, 3, "X", None)]),
        ("iobes", "B-X O", [(0, 0, "X", UNCLOSED)]),
        ("iobes", "B-X I-X", [(0, 1, "X", UNCLOSED)]),
        ("iobes", "B-X S-Y", [(0, 0, "X", UNCLOSED), (1, 1, "Y", None)]),
        ("iobes", "E-X I-X E-X", [(0, 0, "X", UNOPENED), (1, 2, "X", UNOPENED)]),
        ("iobes", "B-X E-Y", [(0, 0, "X", UNCLOSED), (1, 1, "Y", UNOPENED)]),
    ],
)
def test_runs(scheme, tags, expected):
    assert runs(tags, scheme) == expected


TAGS = st.lists(st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"]), min_size=1, max_size=12)


@given(TAGS)
def test_mentions_without_a_flaw_are_those_of_strict_seqeval(tags):
    (entities,) = Entities([tags], IOB2).entities
    ours = [(r.first, r.last + 1, r.type) for r in tag_runs(tags, "iob2") if not r.flaw]
    assert ours == [(e.start, e.end, e.tag) for e in entities]


@given(TAGS)
def test_all_mentions_are_those_of_the_conll_script(tags):
    ours = [(r.type, r.first, r.last) for r in tag_runs(tags, "iob2")]
    assert ours == get_entities(tags)


@given(st.lists(st.tuples(st.sampled_from("XYO"), st.integers(1, 4)), max_size=6))
def test_iobes_is_read_as_it_was_written(pieces):
    tags, written = [], []
    for type_, length in pieces:
        if type_ == "O":
            tags += ["O"] * length
            continue
        written.append((len(tags), len(tags) + length - 1, type_, None))
        middle = ["I"] * (length - 2)
        tags += [f"{c}-{type_}" for c in (["S"] if length == 1 else ["B", *middle, "E"])]
    assert runs(" ".join(tags), "iobes") == written
    (entities,) = Entities([tags or ["O"]], IOBES).entities
    assert len(entities) == len(written)
