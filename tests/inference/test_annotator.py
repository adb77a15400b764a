import itertools
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner import Annotator
from sru_ner.inference.annotator import merge_labels
from sru_ner.inference.predict import Prediction

TEXT = "Aspirin treats headache in mice. The unknown BRCA1 - aspirin treats it.\n\nMice 𝛼-headache!"


@pytest.fixture(scope="module")
def annotator(tiny_model: Path) -> Annotator:
    return Annotator.load(tiny_model, device="cpu")


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


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_offsets_are_exact_for_any_text(annotator: Annotator, text: str) -> None:
    assert all(text[s.start : s.end] == s.text != "" for s in annotator(text))


def test_order_and_batch_size_do_not_matter(annotator: Annotator) -> None:
    texts = [TEXT, "", "mice", TEXT[10:], " \n", "headache in mice"]
    one_by_one = [annotator(text) for text in texts]
    for batch_size in (1, 2, 64):
        found = list(annotator.annotate(reversed(texts), batch_size=batch_size))
        for spans, alone in zip(reversed(found), one_by_one, strict=True):
            assert [(s.start, s.end, s.labels) for s in spans] == [
                (s.start, s.end, s.labels) for s in alone
            ]


def test_an_endless_stream_is_answered(annotator: Annotator) -> None:
    results = annotator.annotate(itertools.repeat("headache"), batch_size=2)
    assert len(list(itertools.islice(results, 70))) == 70


def test_a_threshold_leaves_out_what_is_less_sure(annotator: Annotator) -> None:
    spans = annotator(TEXT)
    middle = sorted(s.score for s in spans)[len(spans) // 2]
    assert [s for s in spans if s.score >= middle] == annotator(TEXT, threshold=middle)


def test_labels_of_one_type_at_one_place_are_one_span() -> None:
    words = [(0, 7), (8, 16)]
    predictions = [
        Prediction(0, 2, "a$Disease", 0.7),
        Prediction(0, 2, "b$Disease", 0.9),
        Prediction(1, 2, "a$Disease", 0.6),
    ]
    outer, inner = merge_labels("unknown headache", words, predictions)
    assert (outer.text, outer.score) == ("unknown headache", 0.9)
    assert outer.labels == ("a$Disease", "b$Disease")
    assert (inner.start, inner.end, inner.text) == (8, 16, "headache")
    assert inner.as_dict()["labels"] == ["a$Disease"]


def test_an_encoder_in_bf16_finds_the_same_mentions(tiny_model: Path, annotator: Annotator) -> None:
    half = Annotator.load(tiny_model, device="cpu", precision="bf16")
    assert half.model.encoder.dtype == torch.bfloat16
    assert half.model.sru.latents.dtype == torch.float32
    text = "Aspirin treats headache in mice."
    found, expected = half(text), annotator(text)
    assert [(s.start, s.end, s.type) for s in found] == [(s.start, s.end, s.type) for s in expected]
    assert expected
