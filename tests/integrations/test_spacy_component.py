from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from sru_ner import Annotator
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.integrations.spacy_component import NAME, SpanAnnotator, best_entities, make_component

TEXT = "Aspirin treats headache in mice. The unknown headache - aspirin"


def pipeline(model: Path, **config: Any) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe(NAME, config={"model": str(model), "device": "cpu", **config})
    return nlp


@pytest.fixture(scope="module")
def nlp(tiny_model: Path) -> Language:
    return pipeline(tiny_model)


def test_all_mentions_are_in_the_group_and_the_best_in_ents(
    nlp: Language, tiny_model: Path
) -> None:
    doc = nlp(TEXT)
    expected = Annotator.load(tiny_model, device="cpu")(TEXT)
    group = doc.spans[NAME]
    assert [(s.start_char, s.end_char, s.label_) for s in group] == [
        (s.start, s.end, s.type) for s in expected
    ]
    assert group.attrs["scores"] == [s.score for s in expected]
    assert group.attrs["offsets"] == [[s.start, s.end] for s in expected]
    assert group.attrs["labels"] == [list(s.labels) for s in expected]
    assert [e.text for e in doc.ents] == ["Aspirin", "headache", "headache"]


class Nested:
    """Annotates every text alike: with a mention, one inside it, and one after it."""

    def annotate(self, texts: Iterable[str], **_: Any) -> Iterator[list[AnnotatedSpan]]:
        marks = ((0, 16, "Disease", 0.9), (8, 16, "Disease", 0.8), (17, 19, "Gene", 0.7))
        for text in texts:
            yield [AnnotatedSpan(s, e, text[s:e], t, score, (t,)) for s, e, t, score in marks]


def test_nested_mentions_are_in_the_group_and_the_best_of_them_in_ents() -> None:
    component = SpanAnnotator(
        Nested(),  # type: ignore[arg-type]
        {"Disease": 0.5, "Gene": 0.5},
        spans_key="all",
        fill_ents=True,
        batch_size=1,
    )
    doc = component(spacy.blank("en")("unknown headache in"))
    assert [s.text for s in doc.spans["all"]] == ["unknown headache", "headache", "in"]
    assert [(e.text, e.label_) for e in doc.ents] == [
        ("unknown headache", "Disease"),
        ("in", "Gene"),
    ]


def test_documents_are_marked_in_order_and_as_alone(nlp: Language) -> None:
    texts = [TEXT, "", "mice", TEXT[33:]]
    for doc, text in zip(nlp.pipe(iter(texts)), texts, strict=True):
        assert doc.text == text
        alone = nlp(text)
        assert [(s.start, s.end, s.label_) for s in doc.spans[NAME]] == [
            (s.start, s.end, s.label_) for s in alone.spans[NAME]
        ]


def test_a_mention_inside_a_token_is_the_whole_token_and_keeps_its_offsets(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["xx-headache", "in"], spaces=[True, False])
    group = nlp.get_pipe(NAME)(doc).spans[NAME]
    assert [(s.text, s.label_) for s in group] == [("xx-headache", "Disease")]
    assert group.attrs["offsets"] == [[3, 11]]


def test_only_the_wanted_mentions_are_given(tiny_model: Path) -> None:
    doc = pipeline(tiny_model, types=["Chemical"], spans_key="drugs", fill_ents=False)(TEXT)
    assert {s.label_ for s in doc.spans["drugs"]} == {"Chemical"}
    assert doc.ents == ()
    doc = pipeline(tiny_model, threshold={"Disease": 1.0})(TEXT)
    assert {s.label_ for s in doc.spans[NAME]} == {"Chemical"}


def test_wrong_settings_are_told_when_the_component_is_added(tiny_model: Path) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'Disease'"):
        pipeline(tiny_model, types=["Diseases"])
    with pytest.raises(InputError, match="no such model folder"):
        pipeline(tiny_model / "nothing")


def test_a_pipeline_on_disk_names_its_model(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "nlp")
    sizes = [f.stat().st_size for f in (tmp_path / "nlp").rglob("*") if f.is_file()]
    assert sum(sizes) < 200_000
    again = spacy.load(tmp_path / "nlp")
    assert again(TEXT).spans[NAME].attrs == nlp(TEXT).spans[NAME].attrs
    stored = Doc(nlp.vocab).from_bytes(nlp(TEXT).to_bytes())
    assert stored.spans[NAME].attrs == nlp(TEXT).spans[NAME].attrs


def test_displacy_draws_the_group(nlp: Language) -> None:
    html = displacy.render(nlp(TEXT), "span", jupyter=False, options={"spans_key": NAME})
    assert html.count("Disease") == 2


def test_earlier_entities_stay() -> None:
    doc = Doc(spacy.blank("en").vocab, words=list("abcdef"))
    doc.ents = [Span(doc, 1, 3, "A")]
    spans = [Span(doc, 0, 2, "B"), Span(doc, 3, 5, "B"), Span(doc, 4, 6, "C")]
    assert best_entities(doc, spans, [1.0, 0.6, 0.7]) == [spans[2]]
    doc.ents = []
    assert best_entities(doc, spans, [1.0, 0.6, 0.7]) == [spans[0], spans[2]]


def test_the_factory_is_found_without_an_import() -> None:
    # An entry point that is not there: the package was installed before it had one.
    (entry,) = entry_points(group="spacy_factories", name=NAME)
    assert entry.load() is make_component


def test_settings_reach_the_annotator(tiny_model: Path) -> None:
    component = pipeline(tiny_model, batch_size=3, threshold=0.6).get_pipe(NAME)
    assert isinstance(component, SpanAnnotator)
    assert component.batch_size == 3
    assert component.lowest == {"Chemical": 0.6, "Disease": 0.6}


def test_labels_are_the_types_that_are_wanted(nlp: Language, tiny_model: Path) -> None:
    assert nlp.get_pipe(NAME).labels == ("Chemical", "Disease")
    only = pipeline(tiny_model, types=["Disease"])
    assert only.pipe_labels[NAME] == only.meta["labels"][NAME] == ["Disease"]


def test_each_mention_has_its_score(nlp: Language) -> None:
    doc = nlp(TEXT)
    group = doc.spans[NAME]
    assert [span._.score for span in group] == group.attrs["scores"]
    assert all(0.5 < entity._.score <= 1 for entity in doc.ents)
    assert doc[1:2]._.score is None, "no mention"
    assert Span(doc, 0, 1, "Gene")._.score is None, "a mention of another type"
    stored = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert [span._.score for span in stored.spans[NAME]] == group.attrs["scores"]


def test_scores_of_nested_and_expanded_mentions_are_their_own() -> None:
    doc = Doc(spacy.blank("en").vocab, words=["xx-headache-yy", "in"], spaces=[True, False])
    places = [(0, 1, "A"), (0, 1, "B"), (0, 1, "B"), (0, 2, "A"), (1, 2, "B")]
    doc.spans["other"] = [Span(doc, 0, 1, "A")]
    doc.spans[NAME] = SpanGroup(
        doc,
        spans=[Span(doc, *place) for place in places],
        attrs={
            "scores": [0.6, 0.7, 0.8, 0.9, 0.95],
            "offsets": [[0, 14], [0, 2], [3, 11], [3, 17], [15, 17]],
        },
    )
    scores = [Span(doc, *place)._.score for place in places]
    assert scores == [0.6, 0.8, 0.8, 0.9, 0.95]
    doc.spans[NAME].append(Span(doc, 0, 2, "C"))
    assert Span(doc, 0, 1, "A")._.score is None, "the group was changed, so its scores do not fit"
