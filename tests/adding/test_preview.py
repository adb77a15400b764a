from hypothesis import given
from hypothesis import strategies as st

from sru_ner.adding.preview import Drawn, Example, draw

TEXT = "NF - kappa B site binds p53 x"


def test_mentions_are_drawn_below_their_words_inner_ones_lower():
    spans = [
        Drawn(0, 17, "DNA"),
        Drawn(0, 12, "Protein"),
        Drawn(24, 27, "Gene"),
        Drawn(28, 29, "X"),
    ]
    assert draw(Example(TEXT, spans)) == [
        "NF - kappa B site binds p53 x",
        "╰───────────────╯ DNA   ╰─╯ Gene",
        "╰──────────╯ Protein        ╵ X",
    ]


def test_a_long_sentence_is_cut_around_its_first_mention():
    text = "a " * 100 + "p53" + " b" * 100
    shown, bar = draw(Example(text, [Drawn(200, 203, "Gene"), Drawn(390, 393, "Far")]), width=40)
    assert len(shown) == 40
    assert shown[bar.index("╰") : bar.index("╯") + 1] == "p53"
    assert "Far" not in bar


@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(1, 8), st.sampled_from("AB")), max_size=8)
)
def test_every_mention_has_its_bar_and_none_hides_another(places):
    spans = [Drawn(s, min(20, s + n), t) for s, n, t in places]
    _, *rows = draw(Example("x" * 20, spans))
    bars = sum(row.count("╰") + row.count("╵") for row in rows)
    assert bars == len(spans)
    assert sum(row.count("A") + row.count("B") for row in rows) == len(spans)
