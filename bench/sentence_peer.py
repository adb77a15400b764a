"""One splitter in the comparison of `bench.sentences`, run in a process of its own.

`python bench/sentence_peer.py SIDE WORK.json` reads a JSON list of texts. It prints, as JSON, the
offsets of the sentences of each text and the seconds that all of them took.

Only the side that measures this package imports it: the script also runs where it is not installed.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Side = Callable[[str], Sequence[int]]
"""A function that takes a text and returns the offsets of its sentences in code points."""


def ours() -> Side:
    """Make the side that runs `split_sentences`."""
    from sru_ner.text.sentences import split_sentences

    return lambda text: [start for start, _ in split_sentences(text)]


def sentencex() -> Side:
    """Make the side of sentencex, for English."""
    from sentencex import get_sentence_boundaries

    return lambda text: [piece["start_index"] for piece in get_sentence_boundaries("en", text)]


def pysbd() -> Side:
    """Make the side of pySBD, for English, with offsets."""
    import pysbd as library

    segmenter = library.Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [piece.start for piece in segmenter.segment(text)]


def syntok() -> Side:
    """Make the side of syntok."""
    from syntok import segmenter

    def split(text: str) -> list[int]:
        sentences = [list(s) for paragraph in segmenter.analyze(text) for s in paragraph]
        return [tokens[0].offset for tokens in sentences if tokens]

    return split


def blingfire() -> Side:
    """Make the side of Bling Fire, which is written in C++."""
    from blingfire import text_to_sentences_and_offsets

    return lambda text: [start for start, _ in text_to_sentences_and_offsets(text)[1]]


def spacy() -> Side:
    """Make the side of spaCy's rules (`sentencizer`). Its models are not on PyPI."""
    import spacy as library

    nlp = library.blank("en")
    nlp.add_pipe("sentencizer")
    return lambda text: [sentence.start_char for sentence in nlp(text).sents]


def punkt() -> Side:
    """Make the side of Punkt with NLTK's model of English; a line end ends a sentence.

    Told to ignore line ends, it would take a heading and the next line for one sentence.
    """
    from punkt import tokenizer_for

    tokenizer = tokenizer_for("english", line_breaks="always")
    return lambda text: [start for start, _ in tokenizer.span_tokenize(text)]


def nupunkt() -> Side:
    """Make the side of nupunkt, a Punkt for legal texts."""
    from nupunkt import sent_spans

    return lambda text: [start for start, _ in sent_spans(text)]


SIDES = {
    side.__name__: side
    for side in (ours, sentencex, pysbd, syntok, blingfire, spacy, punkt, nupunkt)
}


def main(name: str, path: str) -> None:
    """Split all texts, and print where their sentences begin and the seconds."""
    texts = json.loads(Path(path).read_text(encoding="utf-8"))
    split = SIDES[name]()
    split("A first sentence. A second one.")
    began = time.process_time()
    starts = [list(split(text)) for text in texts]
    print(json.dumps({"seconds": time.process_time() - began, "starts": starts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
