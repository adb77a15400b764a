import pytest

from sru_ner.drawing import colours_of, draw_spans
from sru_ner.errors import InputError
from sru_ner.evaluation.errors import classify
from sru_ner.evaluation.examples import ShownMention, in_context, labelled
from sru_ner.harmonize.store import Sentence

TEXTS = {
    "d": ["Il-2 lowers gout.", "Gout of", "mice & men."],
    "e": ["Gout again."],
}
"""Sentences by document, two characters of white space apart."""


def sentences():
    for document, texts in TEXTS.items():
        start = 3
        for number, text in enumerate(texts):
            yield Sentence("t", "test", document, number, text, start, (), ())
            start += len(text) + 2


@pytest.fixture
def decisions(decisions_of):
    return decisions_of(
        [
            {"start": 3, "end": 7, "text": "Il-2", "type": "Gene", "predicted": True},
            {"start": 15, "end": 19, "text": "gout"},
            {
                "start": 10,
                "end": 19,
                "text": "ers gout",
                "type": "Gene",
                "gold": False,
                "predicted": True,
                "score": 0.5,
                "in_inventory": False,
            },
            {"start": 22, "end": 35, "text": "Gout of\nmice", "sentence_id": 1},
            {"start": 3, "end": 7, "text": "Gout", "document_id": "e"},
            {"start": 15, "end": 19, "text": "gout", "model": "other", "predicted": True},
        ]
    )


def test_a_mention_in_its_sentence(decisions):
    errors = classify(decisions.slice(1, 1))
    [context] = in_context(errors, decisions, sentences())
    assert (context.text, context.start) == ("Il-2 lowers gout.", 3)
    assert (context.model, context.tested, context.document_id) == ("m", "t", "d")
    assert context.question == (12, 16, "Disease")
    gene, guess, gout = context.mentions
    assert (gene.start, gene.end, gene.type) == (0, 4, "Gene")
    assert guess == ShownMention(7, 16, "Gene", False, True, False, 0.5)
    assert gout == ShownMention(12, 16, "Disease", True, False, True, None)
    assert context.gold == (gene, gout)
    assert context.predicted == (gene, guess)


def test_a_mention_that_crosses_sentences_shows_them_all(decisions):
    rows = decisions.slice(3, 1)
    [context] = in_context(rows, decisions, sentences())
    assert context.text == "Gout of  mice & men."
    start, end, _ = context.question
    assert context.text[start:end] == "Gout of  mice"


def test_what_goes_on_outside_the_text_is_cut(decisions, decisions_of):
    rows = decisions_of([{"start": 31, "end": 35, "text": "mice", "type": "Species"}])
    [context] = in_context(rows, decisions, sentences())
    assert context.text == "mice & men."
    assert [(m.start, m.end, m.type) for m in context.mentions] == [(0, 4, "Disease")]


def test_contexts_are_in_the_order_of_the_rows_and_of_their_models(decisions):
    rows = decisions.take([4, 5, 0])
    found = in_context(rows, decisions, sentences())
    assert [(c.document_id, c.question[0]) for c in found] == [("e", 0), ("d", 12), ("d", 0)]
    assert [mention.predicted for mention in found[1].mentions] == [True]
    assert in_context(rows.slice(0, 0), decisions, sentences()) == []


@pytest.mark.parametrize(
    "place", [{"start": 4, "end": 8}, {"start": 90, "end": 94}, {"document_id": "f"}]
)
def test_another_text_is_an_error(decisions, decisions_of, place):
    rows = decisions_of([{"text": "Il-2", "start": 3, "end": 7, **place}])
    with pytest.raises(InputError, match=r"does not say 'Il-2'(.|\n)*sru-ner evaluate"):
        in_context(rows, decisions, sentences())


def test_contexts_can_be_drawn(decisions):
    [context] = in_context(decisions.slice(1, 1), decisions, sentences())
    colours = colours_of(mention.type for mention in context.mentions)
    drawn = draw_spans(context.text, labelled(context.mentions, colours))
    assert drawn.count('class="label"') == 3
    assert colours["Disease"] in drawn
