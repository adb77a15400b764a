import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sru_ner import Annotator
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.model.actions import ScoredSpan, WordSpan
from sru_ner.text.invisible import without_invisible
from sru_ner.text.words import split_words

TEXT = "Aspirin treats headache in mice. The unknown BRCA1 - aspirin treats it.\n\nMice 𝛼-headache!"


@pytest.fixture(scope="module")
def annotator(tiny_model: Path) -> Annotator:
    # In bf16 the batch size may decide about a mention.
    return Annotator.load(tiny_model, device="cpu", precision="fp32")


def test_what_was_learned_is_found_in_raw_text(annotator: Annotator) -> None:
    drug, ache = annotator("Aspirin treats headache in mice.")
    assert (drug.text, drug.type, drug.labels) == ("Aspirin", "Chemical", ("one$Chemical",))
    assert (ache.start, ache.end, ache.labels) == (15, 23, ("one$Disease", "two$Disease"))
    assert 0.5 < ache.score <= 1


def test_spans_quote_the_text(annotator: Annotator) -> None:
    spans = annotator(TEXT)
    assert spans
    assert all(TEXT[s.start : s.end] == s.text for s in spans)
    assert spans == sorted(spans, key=lambda s: (s.start, -s.end, s.type))
    assert {s.type for s in spans} <= set(annotator.types) == {"Chemical", "Disease"}


ODD = [
    *("aspirin", "headache", "unknown", " ", ".", "-", "\n\n", "\t", "\x00", "\x1c", "\u2028"),
    *("\u00a0", "e\u0301", "\u0301", "\u200b", "\u200d", "\ufeff", "\u202e", "שלום", "مرحبا"),
    *("👩\u200d⚕️", "𝛼", "ﬁ", "İ", "\ud83d", "\udc00", "\ufffd", "한국", "क्षि", "x" * 200),
]
"""Letters beyond the basic plane, marks without a letter, joiners, right-to-left, controls, halves
of surrogate pairs, letters that change their length with their case."""

texts = st.lists(st.sampled_from(ODD) | st.characters(), max_size=30).map("".join)


@settings(max_examples=40, deadline=None)
@given(texts)
def test_offsets_are_exact_for_any_text(annotator: Annotator, text: str) -> None:
    spans = annotator(text)
    assert all(text[s.start : s.end] == s.text != "" for s in spans)
    assert spans == sorted(spans, key=lambda s: (s.start, -s.end, s.type))


def test_odd_characters_around_a_mention_do_not_move_it(annotator: Annotator) -> None:
    for odd in ODD:
        text = f"{odd}\n\nAspirin treats headache in mice.\n\n{odd}"
        found = {(s.start, s.text) for s in annotator(text)}
        start = len(odd) + 2
        assert {(start, "Aspirin"), (start + 15, "headache")} <= found, ascii(odd)


INVISIBLE = "\u00ad\u200b\u200d\ufe0f\u2060\ufeff\U000e0101"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(range(len(TEXT) + 1)), st.sampled_from(INVISIBLE))))
@example([(3, "\u00ad"), (7, "\u200b"), (10, "\u200d"), (len(TEXT), "\ufeff")])
def test_what_cannot_be_seen_changes_no_mention(annotator: Annotator, hidden) -> None:
    characters = list(TEXT)
    for place, character in sorted(hidden, reverse=True):
        characters.insert(place, character)
    text = "".join(characters)
    spans, expected = annotator(text), annotator(TEXT)
    assert [(without_invisible(s.text), s.type, s.labels) for s in spans] == [
        (s.text, s.type, s.labels) for s in expected
    ]
    assert [s.score for s in spans] == pytest.approx([s.score for s in expected], abs=1e-5)
    assert all(text[s.start : s.end] == s.text for s in spans)
    assert not any(s.text[0] in INVISIBLE or s.text[-1] in INVISIBLE for s in spans)


def test_a_lone_surrogate_is_read_as_the_replacement_character(annotator: Annotator) -> None:
    for before, after in (("\ud800 {}", "\ufffd {}"), ("{} \udfff.", "{} \ufffd.")):
        text = "Aspirin treats headache in mice."
        found, expected = annotator(before.format(text)), annotator(after.format(text))
        assert [(s.start, s.end, s.score) for s in found] == [
            (s.start, s.end, s.score) for s in expected
        ]


@settings(max_examples=10, deadline=None)
@given(st.lists(texts | st.just(TEXT), max_size=6), st.integers(1, 5), st.randoms())
def test_order_and_batch_size_do_not_matter(annotator, many, batch_size, random) -> None:
    one_by_one = [annotator(text) for text in many]
    order = random.sample(range(len(many)), len(many))
    found = list(annotator.annotate([many[i] for i in order], batch_size=batch_size))
    assert len(found) == len(many)
    for number, spans in zip(order, found, strict=True):
        alone = one_by_one[number]
        assert [(s.start, s.end, s.labels) for s in spans] == [
            (s.start, s.end, s.labels) for s in alone
        ]
        assert [s.score for s in spans] == pytest.approx([s.score for s in alone], abs=1e-5)


def test_every_word_of_a_sentence_of_any_length_is_read_once(
    annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mark_all_words(*passes: dict[str, torch.Tensor], same_type: bool) -> list[list[ScoredSpan]]:
        counts = [count for inputs in passes for count in inputs["word_counts"].tolist()]
        return [[ScoredSpan(WordSpan(i, i + 1, 0), 0.9) for i in range(count)] for count in counts]

    monkeypatch.setattr(annotator.model, "decode", mark_all_words)
    text = "the mice - 👩\u200d⚕️ " * 300 + "x" * 50_000 + " in the unknown headache" * 100
    assert [(s.start, s.end) for s in annotator(text)] == split_words(text)


def test_an_endless_stream_is_answered(annotator: Annotator) -> None:
    results = annotator.annotate(itertools.repeat("headache"), batch_size=2)
    assert len(list(itertools.islice(results, 70))) == 70


def test_a_threshold_leaves_out_what_is_less_sure(annotator: Annotator) -> None:
    spans = annotator(TEXT)
    middle = sorted(s.score for s in spans)[len(spans) // 2]
    assert [s for s in spans if s.score >= middle] == annotator(TEXT, threshold=middle)


def test_texts_are_read_a_few_at_a_time(annotator: Annotator) -> None:
    numbers = itertools.count()
    results = annotator.annotate(("mice. " * 40 for _ in numbers), batch_size=2)
    next(results)
    assert next(numbers) == 2  # of 40 sentences each


def test_only_wanted_types_are_given(annotator: Annotator) -> None:
    spans = annotator(TEXT)
    assert {s.type for s in spans} == {"Chemical", "Disease"}
    assert annotator(TEXT, types=["Disease"]) == [s for s in spans if s.type == "Disease"]
    assert annotator(TEXT, types=[]) == []


def test_a_type_may_have_a_threshold_of_its_own(annotator: Annotator) -> None:
    spans = annotator(TEXT)
    found = annotator(TEXT, threshold={"Chemical": 1.0})
    assert found == [s for s in spans if s.type == "Disease"] != []


def test_thresholds_of_an_evaluation_are_found_by_the_experiment(
    named_model: Path, tmp_path: Path
) -> None:
    models = {
        "mine": {"default": 0.5, "types": {"Chemical": 1.0}},
        "other": {"default": 1.0, "types": {}},
    }
    (tmp_path / "thresholds.json").write_text(json.dumps({"models": models}), encoding="utf-8")
    spans = Annotator.load(named_model, device="cpu")(TEXT, threshold=tmp_path / "thresholds.json")
    assert {s.type for s in spans} == {"Disease"}


@pytest.fixture
def marks(annotator: Annotator, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the model find some mentions in every text: (start, end, label number), score."""

    def mark(*mentions: tuple[tuple[int, int, int], float]) -> None:
        row = [ScoredSpan(WordSpan(*place), score) for place, score in mentions]
        monkeypatch.setattr(annotator.model, "decode", lambda *passes, same_type: [row])

    return mark


def test_flat_mentions_do_not_overlap(annotator: Annotator, marks: Callable[..., None]) -> None:
    marks(((0, 2, 0), 0.9), ((1, 2, 1), 0.8), ((2, 3, 1), 0.6))
    text = "the unknown mice"
    assert [s.text for s in annotator(text)] == ["the unknown", "unknown", "mice"]
    assert [s.text for s in annotator(text, overlaps="flat")] == ["the unknown", "mice"]
    # The choice is among the types that are wanted.
    wanted = annotator(text, overlaps="flat", types=["Disease"])
    assert [s.text for s in wanted] == ["unknown", "mice"]


def test_contradictions_are_settled_before_types_and_thresholds(
    annotator: Annotator, marks: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotator.model.config, "exclusive", [["Chemical", "Disease"]])
    careful = Annotator(annotator.model, annotator.tokenizer)
    assert (careful.overlaps, annotator.overlaps) == ("exclusive", "all")
    marks(((0, 2, 0), 0.9), ((0, 2, 1), 0.8), ((1, 2, 1), 0.6))
    text = "the unknown mice"
    assert [(s.text, s.type) for s in careful(text)] == [
        ("the unknown", "Chemical"),
        ("unknown", "Disease"),
    ]
    assert len(careful(text, overlaps="all")) == 3
    assert [s.text for s in careful(text, types=["Disease"])] == ["unknown"]
    assert [s.text for s in careful(text, threshold={"Chemical": 1.0})] == ["unknown"]
    assert [s.text for s in careful(text, overlaps="flat", types=["Disease"])] == ["unknown"]
    for overlaps in ("exclusive", "flat"):
        assert set(careful(text, overlaps=overlaps)) <= set(careful(text, overlaps="all"))


def test_a_style_is_that_of_a_source(
    tiny_model: Path, annotator: Annotator, marks: Callable[..., None]
) -> None:
    assert annotator.model.config.labels == ["one$Chemical", "one$Disease", "two$Disease"]
    marks(((0, 2, 1), 0.9), ((1, 2, 1), 0.8), ((1, 2, 2), 0.6), ((2, 3, 0), 0.7))
    text = "the unknown mice"
    scores = {
        style: {s.text: s.score for s in annotator(text, style=style)}
        for style in ("any", "one", "two", "vote")
    }
    assert scores["any"] == scores["one"] == {"the unknown": 0.9, "unknown": 0.8, "mice": 0.7}
    # `two` has no chemicals, so any source may find them.
    assert scores["two"] == {"unknown": 0.6, "mice": 0.7}
    assert scores["vote"] == {"unknown": pytest.approx(0.7), "mice": 0.7}
    styled = Annotator.load(tiny_model, device="cpu", style="two", overlaps="flat")
    sentence = "Aspirin treats headache in mice."
    ache = styled(sentence)[1]
    assert (ache.text, ache.labels) == ("headache", ("two$Disease",))
    assert styled(sentence, style="any")[1].labels == ("one$Disease", "two$Disease")


def test_the_mean_is_that_of_all_labels_of_the_type(annotator: Annotator) -> None:
    text = "Aspirin treats headache in mice."
    drug, ache = annotator(text, style="mean")
    [one], [two] = (
        [s.score for s in annotator(text, style=source, types=["Disease"])]
        for source in ("one", "two")
    )
    assert ache.score == pytest.approx((one + two) / 2)
    assert ache.labels == ("one$Disease", "two$Disease")
    assert drug == annotator(text)[0], "only one source marks chemicals"


def test_the_mean_counts_labels_that_found_nothing(
    annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(*passes: object, same_type: bool) -> list[list[ScoredSpan]]:
        assert same_type
        return [
            [
                ScoredSpan(WordSpan(0, 1, 1), 0.9),
                ScoredSpan(WordSpan(0, 1, 2), 0.2, found=False),
                ScoredSpan(WordSpan(2, 3, 1), 0.7),
                ScoredSpan(WordSpan(2, 3, 2), 0.1, found=False),
            ]
        ]

    monkeypatch.setattr(annotator.model, "decode", decode)
    [span] = annotator("the unknown mice", style="mean")
    assert (span.text, span.score, span.labels) == ("the", pytest.approx(0.55), ("one$Disease",))


def test_mistakes_are_told_before_anything_is_read(annotator: Annotator) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'Disease'"):
        annotator.annotate(["mice"], types=["Diseases"])
    with pytest.raises(InputError, match=r"threshold is 1\.5"):
        annotator.annotate(["mice"], threshold=1.5)
    with pytest.raises(UnknownNameError, match=r"no style 'three'\.(.|\n)*one, two, vote"):
        annotator.annotate(["mice"], style="three")
    with pytest.raises(InputError, match="no exclusive types"):
        annotator.annotate(["mice"], overlaps="exclusive")
    with pytest.raises(InputError, match="batch_size is 0"):
        annotator.annotate(["mice"], batch_size=0)
    for size in ("3", 2.5, None):
        with pytest.raises(InputError, match="batch_size is"):
            annotator.annotate(["mice"], batch_size=size)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="takes several texts"):
        annotator.annotate("mice")
    with pytest.raises(InputError, match=r"a dict, which gives names of columns[\s\S]*to_frame"):
        annotator.annotate({"text": ["mice"]})
    with pytest.raises(InputError, match=r"type list[\s\S]*annotator\.annotate\(texts\)"):
        annotator(["mice", "rats"])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="there is no text: this is None"):
        annotator(None)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"text 1 \(counted from 0\) is a NoneType"):
        list(annotator.annotate(["mice", None]))  # type: ignore[list-item]


def test_it_shows_what_it_is(annotator: Annotator, tiny_model: Path) -> None:
    assert repr(annotator) == f"<Annotator {tiny_model} on cpu, marks Chemical, Disease>"


def test_many_types_are_cut_short_in_what_it_shows(
    annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {"one": [f"one$Type_{number}" for number in range(11)]}
    monkeypatch.setattr(annotator.model.config, "inventories", many)
    assert repr(annotator).endswith(
        "Type_0, Type_1, Type_10, Type_2, Type_3, Type_4, Type_5, Type_6, … 3 more>"
    )


def test_mentions_know_their_text(annotator: Annotator) -> None:
    assert annotator(TEXT).text == TEXT
    assert [found.text for found in annotator.annotate([TEXT, "mice"])] == [TEXT, "mice"]
    assert ">Chemical<" in annotator(TEXT)._repr_html_()


def test_progress_is_shown_on_stderr_only(
    annotator: Annotator, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = list(annotator.annotate([TEXT, "mice"]))
    assert capsys.readouterr() == ("", "")
    shown = list(annotator.annotate([TEXT, "mice"], progress=True))
    assert shown == quiet
    assert list(annotator.annotate(iter([TEXT, "mice"]), progress=True)) == quiet
    assert capsys.readouterr().out == ""


def test_an_encoder_in_bf16_finds_the_same_mentions(tiny_model: Path, annotator: Annotator) -> None:
    half = Annotator.load(tiny_model, device="cpu", precision="bf16")
    assert {each.dtype for each in half.model.encoder.parameters()} == {torch.bfloat16}
    assert half.model.sru.latents.dtype == torch.float32
    text = "Aspirin treats headache in mice."
    found, expected = half(text), annotator(text)
    assert [(s.start, s.end, s.type) for s in found] == [(s.start, s.end, s.type) for s in expected]
    assert expected
