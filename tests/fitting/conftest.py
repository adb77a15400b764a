"""A small corpus in one PubTator file, and a request to train on it with the tiny encoder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sru_ner.fitting.request import Request

TEXTS = {
    "aspirin treats headache in mice .": [("aspirin", "Drug"), ("headache", "Ache")],
    "the unknown headache in the mice .": [("headache", "Ache")],
    "mice in aspirin - the aspirin .": [("aspirin", "Drug")],
}


def pubtator(documents: int, *, first: int = 0, types: tuple[str, ...] = ("Drug", "Ache")) -> str:
    """Write documents of one sentence and a number, so that no two have the same text."""
    lines = []
    for number in range(first, first + documents):
        text, mentions = list(TEXTS.items())[number % len(TEXTS)]
        title = f"{text} {'the mice treats in ' * (number % 5)}{number}"
        lines += [f"{number}|t|{title}", f"{number}|a|"]
        for word, type_ in mentions:
            if type_ in types:
                start = text.index(word)
                lines.append(f"{number}\t{start}\t{start + len(word)}\t{word}\t{type_}")
        lines.append("")
    return "\n".join(lines) + "\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A file of 80 documents, which says nothing of splits."""
    path = tmp_path / "clinic.pubtator"
    path.write_text(pubtator(80), encoding="utf-8")
    return path


@pytest.fixture
def request_for(corpus: Path, tmp_path: Path, tiny_encoder: Path) -> Callable[..., Request]:
    """Make a request for the corpus; other values of its fields may be given."""

    def make(**changed: object) -> Request:
        values = {
            "data": (corpus,),
            "output": tmp_path / "out" / "model",
            "encoder": str(tiny_encoder),
            "epochs": 1,
            "settings": {"max_subwords": 32, "precision": "fp32"},
        }
        return Request(**(values | changed))  # type: ignore[arg-type]

    return make
