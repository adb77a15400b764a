import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.sentence_gold import compare, marked_texts
from sru_ner.text.invisible import is_blank, without_invisible
from sru_ner.text.long_sentences import LONGEST_SENTENCE
from sru_ner.text.sentences import drop_cuts, find_cuts, split_at, split_sentences


def pieces(text, keep_whole=()):
    return [text[a:b] for a, b in split_sentences(text, keep_whole)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (" \n ", []),
        ("  No end", ["No end"]),
        ("One is here. Two is there.\n", ["One is here.", "Two is there."]),
        ("It grew (Fig. 2). Next.", ["It grew (Fig. 2).", "Next."]),
        ("A first paragraph\n\nA second", ["A first paragraph", "A second"]),
        ("𝛼 is it. Then β̈ is. End.", ["𝛼 is it.", "Then β̈ is.", "End."]),
        ("\ufeffIt is.\u200b Then\n\u200b\nEnd\u200b", ["It is.", "Then", "End"]),
        ("\u200b\n\ufeff", []),
    ],
)
def test_sentences(text, sentences):
    assert pieces(text) == sentences


# In each text, `¦` marks where a sentence begins.
@pytest.mark.parametrize(
    "marked",
    [
        # brackets with numbers and letters
        "(A) Rats sat. ¦Dogs ate.\n¦Methods\n¦Cows stood.",
        "(1) Rats sat. ¦Dogs ate.\n¦Methods\n¦Cows stood.",
        "(iii) Rats sat. ¦Dogs ate.\n¦(iv) Cows stood.",
        "(1) Background: Rats sat. ¦They ate. ¦(2) Methods: Dogs ran.",
        "Rats (which sat. And ate.) stood. ¦Dogs (see [1]. Also [2]) ran. ¦Cows",
        "Rats sat (or stood. ¦Dogs ate. ¦Cows ran.",
        # abbreviations
        "Uronema sp. nov. was found. ¦Vibrio spp. were not. ¦B. oleracea var. alba was.",
        "It took approx. 5 h. ¦Eq. 3 holds. ¦See Eqs. 3 and 4. ¦So be it.",
        "E. coli grew. ¦S. aureus died in St. Louis. ¦Dr. J. R. Smith et al. saw it, i.e. read it.",
        "Found by Smith et al. in 1999. ¦See no. 5. ¦No. 6 was lost. ¦It is vs. cf. 2.",
        "The U.S. Army came. ¦It left the U.S. ¦The army was gone.",
        "It was in J. Biol. Chem. 12, 3. ¦Then it was in Fig. 2A. ¦The end.",
        "We used NOS. ¦It is in MT. ¦No CA. ¦Rats.",
        # units, routes and times
        "It was 5 mm. ¦Cells grew. ¦After 4 h. ¦Mice died. ¦At 37 C. ¦Rats lived.",
        "It was given i.v. ¦The rats got it p.o. ¦Mice got 3 mg i.v. twice.",
        "At pH 7.4. ¦The cells had 0.5. ¦It was 1.5 or .5 of all.",
        "Chronic hepatitis C. ¦We saw group B. ¦Vitamin D. ¦Found by A. Smith.",
        "The factor NF-kappa B. ¦Its role in G2/M. ¦Rats.",
        # beginnings in lower case
        "It is lost. ¦p53 is not. ¦mRNA is. ¦c-Myc is. ¦α-Actin is. ¦von Willebrand factor is.",
        "the rat sat. ¦the dog ate approx. five. ¦it ran.",
        "Rats sat. and dogs ate.",
        # headings, lists and tables
        "Methods\n¦Cells were grown.",
        "METHODS\r\n¦Cells were grown.\r\n¦RESULTS\r\n¦They died.",
        "1. Aims\n¦1.1. First aim\n¦We aim. ¦2) Wash. ¦3) Dry.",
        "1. Rats sat. ¦2. Dogs ate. ¦3. Cows ran.",
        "Given:\n¦- aspirin\n¦- rest\n¦• water",
        "Figure 2. Growth of cells. ¦(A) Cells. ¦Table 1. Doses.",
        "Hive\tLoad\n¦A1\t3.2\n¦B1\t4.5",
        "Effect of zinc on\nDNA of rats, mice,\nDogs and inter-\nLeukin\n¦Rats sat.",
        # marks
        "Is it? ¦Yes! ¦It is... ¦Then not. ¦And ... so on.",
        'He said "no." ¦She left. ¦"Why?" ¦They asked.',
        "Rats sat.¦The dogs ate.12 ¦Cows ran.[3,4] ¦Mice hid.¦(ABSTRACT TRUNCATED AT 9 WORDS)",
        "See www.a.org/x.Y or a.b@c.de. ¦Bye. ¦The org.Hs.eg.db package, v.2 of it.",
        "患者は来た。¦医者は診た。¦終わり",
        "क ख ग। ¦घ ङ च।",
        "P was 0. 05 in this tokenised text . ¦Rats sat .",
        # clinical notes
        "Pt. c/o pain. ¦Pt. denies fever. ¦O2 sat. 94% on air. ¦Aspirin q.d. ¦Dr. Li came.",
        "MEDS\n¦1. Aspirin 81 mg p.o. q.d.\n¦2. Lasix 40 mg i.v.\n¦PLAN: rest",
        "NO EFFUSION. ¦THE HEART IS NORMAL. ¦SEE NOTE.",
        "no marks here at all just words",
    ],
)
def test_where_sentences_begin(marked):
    expected = [piece.strip() for piece in marked.split("¦")]
    assert pieces(marked.replace("¦", "")) == expected


@pytest.mark.parametrize("half", ["dev", "test"])
def test_boundaries_of_texts_with_known_sentences(half):
    texts = marked_texts(half)
    found = compare(texts, [[a for a, _ in split_sentences(text.text)] for text in texts])
    assert found.right + found.missed > 180
    assert found.f1 > 0.98


def test_a_wrapped_paragraph_is_not_cut_at_its_line_ends():
    text = (
        "The rats of this study were kept in the animal house of the\n"
        "Department of Zoology and got water and food at will. They\n"
        "had been bred there since\n1999."
    )
    assert [piece.split()[0] for piece in pieces(text)] == ["The", "They", "1999."]
    assert len(pieces(text.replace("since\n1999", "since 1999"))) == 2


def test_mention_is_not_cut():
    text = "We saw it at 5 h. Pylori was there. Then we left."
    start = text.index("h.")
    assert len(pieces(text)) == 3
    merged = ["We saw it at 5 h. Pylori was there.", "Then we left."]
    assert pieces(text, [(start, start + 9)]) == merged
    everything = [(0, len(text))]
    assert pieces(text, everything) == [text]


def test_cuts_at_the_edge_of_a_range_stay():
    assert drop_cuts([3, 5, 9, 12], [(3, 9)]) == [3, 9, 12]
    assert drop_cuts([3, 5, 9, 12], [(4, 10), (0, 4)]) == [12]


def test_many_sentences_after_a_letter_in_brackets():
    text = "".join(f"(A) Rat {number} sat. " for number in range(1500))
    cuts = find_cuts(text)
    assert len(split_sentences(text)) == 1500
    assert not cuts.forced


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5)
TOKENS = ["Rats", "sat", ".", ". ", " ", "\n", "E. ", "(", ")", "sp. ", "5 ", "h. ", "p53 ", "1. "]
TEXT = (
    st.text(max_size=60)
    | st.text("aB. ?!\n(\"'\u2028\u3000\u200b\u00ad", max_size=60)
    | st.lists(st.sampled_from(TOKENS), max_size=20).map("".join)
)


@given(TEXT, RANGES)
@example("A b. C d.\ud800 E.", [(2, 6)])
@example("\r\nA.\x00 B.\x85 C", [])
def test_laws_on_any_text(text, ranges):
    keep_whole = [(min(r), min(max(r), len(text))) for r in ranges]
    sentences = split_sentences(text, keep_whole)
    places = [i for start, end in sentences for i in range(start, end)]
    assert places == sorted(set(places))
    assert {i for i, c in enumerate(text) if not is_blank(c)} <= set(places)
    assert not any(is_blank(text[i]) for a, b in sentences for i in (a, b - 1))
    for start, end in keep_whole:
        marked = {i for i in range(start, end) if not is_blank(text[i])}
        touched = [s for s in sentences if marked & set(range(*s))]
        assert len(touched) <= 1, "a kept range is cut"


@given(TEXT)
@example("M\u3000.")
@example("B\n\u2028.")
def test_cuts_are_inside_the_text_and_ascend(text):
    cuts = find_cuts(text)
    assert cuts.places == sorted(set(cuts.places))
    assert set(cuts.forced) <= set(cuts.places)
    assert all(0 < cut < len(text) for cut in cuts.places)
    assert split_at(text, cuts.places) == split_sentences(text)


@given(TEXT)
def test_sentences_are_those_of_the_text_that_is_seen(text):
    assert [without_invisible(piece) for piece in pieces(text)] == pieces(without_invisible(text))


@pytest.mark.parametrize("half", ["dev", "test"])
def test_a_sentence_on_one_line_is_not_cut_again(half):
    sentences = [s for gold in marked_texts(half) for s in pieces(gold.text) if "\n" not in s]
    again = [s for s in sentences if s != s.lower() and pieces(s) != [s]]
    assert not again


@pytest.mark.parametrize(
    "unit",
    [
        *(".", ". ", "a", "(", "( ", '."', " ", "\n", "\n ", "a\n", "1. ", "A. ", "abc.1,", "a,"),
        *(
            "。",
            "- ",
            "a-",
            "Ab cd\r\n",
            "([{a. B",
            "\u0301",
            "\t",
            "\ud800",
            "sp. ",
            "'. A",
            "a\u00ad",
        ),
    ],
)
def test_time_grows_with_the_length_on_hostile_text(unit):
    def seconds(length):
        text = ("Rat" + unit * length)[:length] + "x"
        began = time.process_time()
        assert split_sentences(text)[-1][1] == len(text)
        return time.process_time() - began

    seconds(1_000)
    # Quadratic time would be 400 times as much. A machine that stalls is allowed 8 times.
    assert seconds(200_000) < max(160 * seconds(10_000), 2)


def test_a_long_text_without_marks_is_cut_into_sentences_of_allowed_length():
    sentences = pieces("rats sat, " * 2_000)
    assert max(map(len, sentences)) <= LONGEST_SENTENCE
    assert sum(map(len, sentences)) + len(sentences) - 1 == len("rats sat, " * 2_000) - 1
