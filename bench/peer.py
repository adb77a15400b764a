"""One side of the comparison in `bench.peers`, run in a process and an environment of its own.

`python bench/peer.py SIDE WORK.json` reads the keys `model`, `encoder`, `labels` and `parts` of a
JSON file; a part is a list of sentences. It prints `ready`. Then it reads numbers of parts from
stdin and answers each with the seconds and the number of mentions, as JSON.

Only the sides that measure this package import it: the script also runs where it is not installed.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BATCH = 32
THREADS = 2

Side = Callable[[Sequence[str]], int]
"""A function that takes sentences and returns the number of mentions found."""


def ours(work: dict[str, Any]) -> Side:
    """Make the side that runs `Annotator.annotate`, from strings to spans."""
    from sru_ner import Annotator

    annotator = Annotator.load(work["model"], device="cpu")
    return lambda sentences: sum(map(len, annotator.annotate(sentences, batch_size=BATCH)))


def encoder(work: dict[str, Any]) -> Side:
    """Make the side that runs our tokenizer and encoder only, the longest sentences first."""
    from bench.annotation import encode, tokenize
    from sru_ner import Annotator

    annotator = Annotator.load(work["model"], device="cpu")

    def read(sentences: Sequence[str]) -> int:
        encode(annotator, tokenize(annotator, sentences))
        return 0

    return read


def spacy(work: dict[str, Any]) -> Side:
    """Make a blank NER of the size of en_core_web_sm: convolutional, 96 wide, random weights."""
    import spacy as library

    nlp = library.blank("en")
    tagger: Any = nlp.add_pipe("ner")
    for label in work["labels"]:
        tagger.add_label(label)
    nlp.initialize()
    return lambda sentences: sum(len(d.ents) for d in nlp.pipe(sentences, batch_size=4 * BATCH))


def flair(work: dict[str, Any]) -> Side:
    """Make a `SequenceTagger` with a random linear layer on the same encoder: flair's fastest."""
    from flair.data import Dictionary, Sentence
    from flair.embeddings import TransformerWordEmbeddings
    from flair.models import SequenceTagger

    labels = Dictionary(add_unk=False)
    labels.span_labels = True  # as for a corpus of mentions: tags are BIOES
    for label in work["labels"]:
        labels.add_item(label)
    tagger = SequenceTagger(
        embeddings=TransformerWordEmbeddings(
            work["encoder"], layers="-1", allow_long_sentences=True
        ),
        tag_dictionary=labels,
        tag_type="ner",
        use_rnn=False,
        use_crf=False,
        reproject_embeddings=False,
    ).eval()
    # A random head marks nearly every word; a trained one marks few, which is less work.
    tagger.linear.bias.data[tagger.label_dictionary.get_idx_for_item("O")] += 10

    def read(texts: Sequence[str]) -> int:
        sentences = [Sentence(text) for text in texts]
        tagger.predict(sentences, mini_batch_size=BATCH)
        return sum(len(sentence.get_spans("ner")) for sentence in sentences)

    return read


def gliner(work: dict[str, Any]) -> Side:
    """Make a span model with random layers on the same encoder; its threshold keeps few spans."""
    from gliner import GLiNER, GLiNERConfig

    config = GLiNERConfig(model_name=work["encoder"], hidden_size=384, max_width=12, max_len=384)
    model = GLiNER.from_config(config)
    return lambda sentences: sum(
        map(len, model.inference(list(sentences), work["labels"], threshold=0.95, batch_size=BATCH))
    )


SIDES = {side.__name__: side for side in (ours, encoder, spacy, flair, gliner)}


def main(name: str, path: str) -> None:
    """Read the part numbers on stdin and answer on stdout."""
    work = json.loads(Path(path).read_text(encoding="utf-8"))
    if name != "spacy":
        import torch

        torch.set_num_threads(THREADS)
    side = SIDES[name](work)
    side(work["parts"][0][: 2 * BATCH])
    print("ready", flush=True)
    for line in sys.stdin:
        sentences = work["parts"][int(line)]
        began = time.perf_counter()
        found = side(sentences)
        answer = {"seconds": time.perf_counter() - began, "mentions": found}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
