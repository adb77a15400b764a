"""One tool of `bench.front`, trained and run in a process and an environment of its own.

`python bench/front_side.py train TOOL WORK.json` trains a model. It reads from the JSON file:

- `data`: JSON file with the splits `train` and `dev`: each a list of sentences `[text, mentions]`
  with mentions `[start, end, type]` (code points). No two of a sentence overlap.
- `model`: folder to write.
- `encoder`: folder of the pre-trained encoder, for the tools that have one.
- `bf16`: whether the processor computes bf16; torch then trains in it, as it does for our models.

`python bench/front_side.py read TOOL WORK.json` runs it. It reads from the JSON file:

- `model`: that folder. `types`: names of all types. `precision`: of our models.
- `parts`: lists of texts.

It prints `ready`. Then it reads numbers of parts from stdin. It answers each with the seconds, the
mentions of each text and the peak memory of the process in bytes, as JSON.

The tools are used as their documentation says, with their own code for training, for the choice of
the best epoch and for prediction. Only our own side imports this package.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BATCH = 32
"""Sentences of a batch when a tool reads; spaCy takes four times as many."""
EPOCHS = 6
"""Epochs of the tools that have an encoder: as many as our models have here."""
GLINER_EPOCHS = 2
"""Epochs of GLiNER, which represents every span of up to twelve words: one takes it several times
as long as the others."""
RATE = 2e-4
"""Learning rate of the encoder: that of our models, which was chosen on dev for this encoder."""

Sentences = list[tuple[str, list[tuple[int, int, str]]]]
Reader = Callable[[Sequence[str]], list[list[tuple[int, int, str]]]]


def _data(work: dict[str, Any], split: str) -> Sentences:
    content = json.loads(Path(work["data"]).read_text(encoding="utf-8"))
    return [(text, [(s, e, t) for s, e, t in mentions]) for text, mentions in content[split]]


def read_ours(work: dict[str, Any]) -> Reader:
    """Load a model of this package."""
    from sru_ner import Annotator

    annotator = Annotator.load(work["model"], device="cpu", precision=work["precision"])

    def read(texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        found = annotator.annotate(texts, batch_size=BATCH)
        return [[(span.start, span.end, span.type) for span in spans] for spans in found]

    return read


def train_spacy(work: dict[str, Any]) -> None:
    """Train the convolutional NER of `spacy init config`: the network of en_core_web_sm."""
    _train_spacy(work, "ner")


def train_spancat(work: dict[str, Any]) -> None:
    """Train `spancat` on the same network; it may have every span of up to eight tokens."""
    _train_spacy(work, "spancat")


def _train_spacy(work: dict[str, Any], component: str) -> None:
    import spacy
    from spacy.cli.init_config import init_config
    from spacy.cli.train import train
    from spacy.tokens import DocBin

    folder = Path(work["model"])
    folder.mkdir(parents=True, exist_ok=True)
    blank = spacy.blank("en")
    for split in ("train", "dev"):
        docs = DocBin()
        for text, mentions in _data(work, split):
            doc = blank.make_doc(text)
            spans = [doc.char_span(s, e, label=t) for s, e, t in mentions]
            kept = [span for span in spans if span is not None]
            if component == "ner":
                doc.ents = kept
            else:
                doc.spans["sc"] = kept
            docs.add(doc)
        docs.to_disk(folder / f"{split}.spacy")
    config = init_config(lang="en", pipeline=[component], optimize="efficiency", gpu=False)
    if component == "spancat":
        config["components"]["spancat"]["suggester"] = {
            "@misc": "spacy.ngram_range_suggester.v1",
            "min_size": 1,
            "max_size": 8,
        }
    config.to_disk(folder / "config.cfg")
    paths = {f"paths.{split}": str(folder / f"{split}.spacy") for split in ("train", "dev")}
    train(folder / "config.cfg", folder, overrides={**paths, "training.seed": 1})


def read_spacy(work: dict[str, Any]) -> Reader:
    """Load a pipeline of spaCy and give its entities, or the spans of `spancat`."""
    import spacy

    nlp = spacy.load(Path(work["model"]) / "model-best")

    def read(texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        docs = nlp.pipe(texts, batch_size=4 * BATCH)
        return [
            [(s.start_char, s.end_char, s.label_) for s in (doc.ents or doc.spans.get("sc", ()))]
            for doc in docs
        ]

    return read


def train_transformers(work: dict[str, Any]) -> None:
    """Train a token classifier with the `Trainer` of transformers; keep the best epoch of dev."""
    import numpy as np
    from transformers import (
        AutoModelForTokenClassification,
        AutoTokenizer,
        DataCollatorForTokenClassification,
        Trainer,
        TrainingArguments,
        set_seed,
    )

    set_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(work["encoder"])
    train, dev = _data(work, "train"), _data(work, "dev")
    types = sorted({mention[2] for _, mentions in train for mention in mentions})
    tags = ["O", *(f"{prefix}-{name}" for name in types for prefix in "BI")]

    def encode(sentence: tuple[str, list[tuple[int, int, str]]]) -> dict[str, Any]:
        text, mentions = sentence
        coded = tokenizer(text, truncation=True, max_length=256, return_offsets_mapping=True)
        labels = []
        for start, end in coded.pop("offset_mapping"):
            inside = next((m for m in mentions if m[0] <= start and end <= m[1]), None)
            tag = f"{'B' if inside and inside[0] == start else 'I'}-{inside[2]}" if inside else "O"
            labels.append(tags.index(tag) if end > start else -100)
        return {**coded, "labels": labels}

    def score(predictions: Any) -> dict[str, float]:
        """Compute micro F1 of the mentions that tags make."""
        found, gold, both = 0, 0, 0
        rows = zip(predictions.predictions.argmax(-1), predictions.label_ids, strict=True)
        for guess, truth in rows:
            kept = np.flatnonzero(truth != -100)
            ours, theirs = (_chunks([tags[t] for t in each[kept]]) for each in (guess, truth))
            found, gold, both = found + len(ours), gold + len(theirs), both + len(ours & theirs)
        return {"f1": 200 * both / max(1, found + gold)}

    checkpoints = Path(work["model"]) / "checkpoints"
    options: dict[str, Any] = {
        "output_dir": str(checkpoints),
        "learning_rate": RATE,
        "warmup_ratio": 0.1,
        "num_train_epochs": EPOCHS,
        "per_device_train_batch_size": 16,
        "per_device_eval_batch_size": BATCH,
        "eval_strategy": "epoch",
        "save_strategy": "epoch",
        "save_total_limit": 2,
        "load_best_model_at_end": True,
        "metric_for_best_model": "f1",
        "group_by_length": True,
        "report_to": [],
        "seed": 1,
        "bf16": work["bf16"],
        "use_cpu": True,
    }
    model = AutoModelForTokenClassification.from_pretrained(
        work["encoder"], id2label=dict(enumerate(tags)), label2id={t: i for i, t in enumerate(tags)}
    )
    trainer = Trainer(
        model,
        TrainingArguments(**options),
        data_collator=DataCollatorForTokenClassification(tokenizer),
        train_dataset=[encode(sentence) for sentence in train],
        eval_dataset=[encode(sentence) for sentence in dev],
        compute_metrics=score,
    )
    trainer.train(resume_from_checkpoint=any(checkpoints.glob("checkpoint-*")) or None)
    trainer.save_model(work["model"])
    tokenizer.save_pretrained(work["model"])


def _chunks(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """Return (start, end, type) of the mentions of BIO tags."""
    chunks, start = set(), 0
    for place, tag in enumerate([*tags, "O"]):
        before = tags[place - 1] if place else "O"
        if before != "O" and tag != f"I-{before[2:]}":
            chunks.add((start, place, before[2:]))
        if tag != "O" and (before == "O" or tag != f"I-{before[2:]}"):
            start = place
    return chunks


def read_transformers(work: dict[str, Any]) -> Reader:
    """Load a `pipeline` of transformers; a word has the tag of its first sub-word."""
    from transformers import pipeline

    tagger: Any = pipeline(
        "token-classification", work["model"], aggregation_strategy="first", device="cpu"
    )

    def read(texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        found = tagger(list(texts), batch_size=BATCH)
        return [[(s["start"], s["end"], s["entity_group"]) for s in spans] for spans in found]

    return read


def train_flair(work: dict[str, Any]) -> None:
    """Fine-tune a `SequenceTagger` without RNN and CRF, as flair's documentation does for speed."""
    import flair
    from flair.data import Corpus, Sentence
    from flair.datasets import FlairDatapointDataset
    from flair.embeddings import TransformerWordEmbeddings
    from flair.models import SequenceTagger
    from flair.trainers import ModelTrainer

    flair.set_seed(1)
    parts = {}
    for split in ("train", "dev"):
        sentences = []
        for text, mentions in _data(work, split):
            sentence = Sentence(text)
            for start, end, name in mentions:
                inside = [
                    token.idx
                    for token in sentence
                    if start <= token.start_position and token.end_position <= end
                ]
                if inside:
                    sentence[inside[0] - 1 : inside[-1]].add_label("ner", name)
            if len(sentence):
                sentences.append(sentence)
        parts[split] = FlairDatapointDataset(sentences)
    corpus = Corpus(train=parts["train"], dev=parts["dev"], sample_missing_splits=False)
    labels = corpus.make_label_dictionary("ner", add_unk=False)
    tagger = SequenceTagger(
        embeddings=TransformerWordEmbeddings(
            work["encoder"], layers="-1", subtoken_pooling="first", fine_tune=True
        ),
        tag_dictionary=labels,
        tag_type="ner",
        use_rnn=False,
        use_crf=False,
        reproject_embeddings=False,
    )
    ModelTrainer(tagger, corpus).fine_tune(
        work["model"],
        learning_rate=RATE,
        mini_batch_size=16,
        max_epochs=EPOCHS,
        use_final_model_for_eval=False,
        use_amp=work["bf16"],
    )


def read_flair(work: dict[str, Any]) -> Reader:
    """Load a tagger of flair."""
    from flair.data import Sentence
    from flair.models import SequenceTagger

    folder = Path(work["model"])
    best = folder / "best-model.pt"
    tagger = SequenceTagger.load(best if best.is_file() else folder / "final-model.pt")

    def read(texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        sentences = [Sentence(text) for text in texts]
        tagger.predict(sentences, mini_batch_size=BATCH)
        return [
            [(s.start_position, s.end_position, s.tag) for s in sentence.get_spans("ner")]
            for sentence in sentences
        ]

    return read


def train_gliner(work: dict[str, Any]) -> None:
    """Train a span model of GLiNER; its layers above the encoder begin at random."""
    from gliner import GLiNER, GLiNERConfig
    from gliner.data_processing.tokenizer import WordsSplitter

    split_words = WordsSplitter("whitespace")

    def coded(split: str) -> list[dict[str, Any]]:
        records = []
        for text, mentions in _data(work, split):
            words = list(split_words(text))
            spans = []
            for start, end, name in mentions:
                inside = [n for n, (_, s, e) in enumerate(words) if start <= s and e <= end]
                if inside:
                    spans.append([inside[0], inside[-1], name])
            if words:
                records.append({"tokenized_text": [word for word, _, _ in words], "ner": spans})
        return records

    config = GLiNERConfig(model_name=work["encoder"], hidden_size=384, max_width=12, max_len=384)
    model = GLiNER.from_config(config)
    train = coded("train")
    model.train_model(
        train_dataset=train,
        eval_dataset=coded("dev"),
        output_dir=f"{work['model']}/checkpoints",
        learning_rate=RATE,
        others_lr=1e-3,
        per_device_train_batch_size=16,
        max_steps=GLINER_EPOCHS * len(train) // 16,
        warmup_ratio=0.1,
        save_total_limit=1,
        use_cpu=True,
        bf16=work["bf16"],
    )
    model.save_pretrained(work["model"])


def read_gliner(work: dict[str, Any]) -> Reader:
    """Load a model of GLiNER, with its default threshold."""
    from gliner import GLiNER

    model = GLiNER.from_pretrained(work["model"], local_files_only=True)

    def read(texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        found = model.inference(list(texts), work["types"], batch_size=BATCH)
        return [[(s["start"], s["end"], s["label"]) for s in spans] for spans in found]

    return read


TRAIN = {
    "spacy": train_spacy,
    "spancat": train_spancat,
    "transformers": train_transformers,
    "flair": train_flair,
    "gliner": train_gliner,
}
READ = {
    "ours": read_ours,
    "spacy": read_spacy,
    "spancat": read_spacy,
    "transformers": read_transformers,
    "flair": read_flair,
    "gliner": read_gliner,
}


def _peak_bytes() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))


def main(task: str, tool: str, path: str) -> None:
    """Train a model, or read the numbers of parts on stdin and answer on stdout."""
    work = json.loads(Path(path).read_text(encoding="utf-8"))
    if tool not in ("spacy", "spancat"):
        import torch

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    if task == "train":
        TRAIN[tool](work)
        return
    read = READ[tool](work)
    read(work["parts"][0][: 2 * BATCH])
    print("ready", flush=True)
    for line in sys.stdin:
        texts = work["parts"][int(line)]
        began = time.perf_counter()
        found = read(texts)
        seconds = time.perf_counter() - began
        answer = {"seconds": seconds, "mentions": found, "peak": _peak_bytes()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
