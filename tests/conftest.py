"""Small real things that many tests need: an encoder, a model, a folder of harmonised data."""

import gc
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from sru_ner.environment.garbage import collect_rarely

pytest_plugins = ("tests.small_suite",)

# Nothing in a test may look for a model on the network.
os.environ.setdefault("HF_HUB_OFFLINE", "1")


def pytest_configure() -> None:
    collect_rarely()


def pytest_collection_finish() -> None:
    """Leave the modules that were imported out of each search for garbage."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests first, then those with many tests.

    So no worker is left alone with a slow file at the end (`make test` keeps this order).
    """
    slow = {item.path for item in items if item.get_closest_marker("pipeline")}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -tests[item.path], item.path))


VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["the", "aspirin", "treats", "headache", "in", "mice", "brca1", ".", "un", "##known", "-"]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a random two-layer BERT, 16 wide, with a tokenizer of a dozen words."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("encoder")
    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789"]
    pieces = [*VOCABULARY, *WORDS, *letters, *(f"##{c}" for c in letters)]
    BertTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a model with separate types of two sources that learned a few words by heart.

    It knows `aspirin` as a chemical of source `one`, `headache` and `unknown headache` as nested
    diseases of source `one`, `headache` as a disease of source `two`.
    """
    import torch
    from transformers.utils.logging import disable_progress_bar

    from sru_ner.model.actions import WordSpan, gold_steps
    from sru_ner.model.modeling import SruNerModel
    from sru_ner.model.sequences import EncodedWords, GoldSteps
    from sru_ner.model.wordpieces import WordPieces
    from sru_ner.training.dataset import Collator, TrainingSequence

    disable_progress_bar()
    torch.manual_seed(1)
    inventories = {"one": ["one$Chemical", "one$Disease"], "two": ["two$Disease"]}
    model, tokenizer = SruNerModel.from_encoder(str(tiny_encoder), inventories, max_subwords=48)
    pieces = WordPieces(tokenizer)
    sequences = []
    for text in ("aspirin treats headache in mice .", "the unknown headache - aspirin", "mice ."):
        words = text.split()
        ids = pieces(words)
        encoded = EncodedWords([i for each in ids for i in each], [len(each) for each in ids])
        drugs = [WordSpan(i, i + 1, 0) for i, word in enumerate(words) if word == "aspirin"]
        aches = [WordSpan(i, i + 1, 1) for i, word in enumerate(words) if word == "headache"]
        longer = [WordSpan(s.start - 1, s.end, 1) for s in aches if words[s.start - 1] == "unknown"]
        steps = {
            "one": gold_steps(len(words), [*drugs, *aches, *longer]),
            "two": gold_steps(len(words), [WordSpan(s.start, s.end, 2) for s in aches]),
        }
        sequences += [
            TrainingSequence(source, encoded, GoldSteps.of(steps[source])) for source in steps
        ]
    collate = Collator(tokenizer, model.config.labels, model.config.type_inventories())
    batch = collate(sequences)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(150):
        optimizer.zero_grad()
        model(**batch).loss.backward()
        optimizer.step()
    folder = tmp_path_factory.mktemp("model")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def named_model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the same model, which says that it is of the experiment `mine`."""
    folder = tmp_path_factory.mktemp("named") / "model"
    shutil.copytree(tiny_model, folder)
    (folder / "training.json").write_text('{"experiment": "mine"}', encoding="utf-8")
    return folder


_SENTENCES = {
    "Chemical": [
        "aspirin/B treats/O headache/O in/O mice/O ./O",
        "the/O mice/O -/O unknown/B aspirin/I ./O",
    ],
    "Disease": [
        "aspirin/O treats/O headache/B in/O mice/O ./O",
        "unknown/B headache/I in/O the/O mice/O ./O",
    ],
}


@pytest.fixture(scope="session")
def harmonized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Harmonised tables of two small IOB sources, `chemicals` and `diseases`, with all splits."""
    from sru_ner.corpora.source import Source
    from sru_ner.harmonize.pipeline import harmonize_source
    from sru_ner.settings.sections import HarmonizeSettings

    root = tmp_path_factory.mktemp("data")
    for name, kind, repeats in (("chemicals", "Chemical", 9), ("diseases", "Disease", 5)):
        (root / "raw" / name).mkdir(parents=True)
        lines = [
            "\n".join(
                f"{word}\t{tag}" if tag == "O" else f"{word}\t{tag}-{kind}"
                for word, _, tag in (token.rpartition("/") for token in sentence.split())
            )
            for sentence in _SENTENCES[kind]
        ]
        text = "\n\n".join(lines * repeats) + "\n"
        for split in ("train", "dev", "test"):
            (root / "raw" / name / f"{split}.tsv").write_text(text, encoding="utf-8")
        source = Source.model_validate(
            {
                "name": name,
                "title": name,
                "citation": "none",
                "licence": "Apache-2.0",
                "files": [{"name": f"{s}.tsv", "split": s} for s in ("train", "dev", "test")],
                "reader": "iob",
                "types": {kind: kind},
                "given": {"splits": True, "documents": False, "sentences": True},
            }
        )
        harmonize_source(
            source, root / "raw", root / "harmonized", root / "reports", HarmonizeSettings()
        )
    return root / "harmonized"


@pytest.fixture(scope="session")
def corpora(harmonized: Path):
    """The harmonised corpora `chemicals` and `diseases`, by name."""
    from sru_ner.dataset.corpus import Corpus

    return {name: Corpus(harmonized, name) for name in ("chemicals", "diseases")}


@pytest.fixture(scope="session")
def leakage_of():
    """Leakage tables of (learned, split, document, tested, document); 9 documents a split."""
    import pyarrow as pa

    from sru_ner.leakage.pairs import DOCUMENTS, PAIRS, Leakage

    def make(pairs, sources):
        columns = ("learned", "learned_split", "learned_document", "tested", "tested_document")
        same = {"tested_split": "test", "kind": "text", "same_id": False}
        shares = dict.fromkeys(("jaccard", "learned_share", "tested_share"), 1.0)
        rows = [{**dict(zip(columns, pair, strict=True)), **same, **shares} for pair in pairs]
        sizes = [
            {"source": source, "split": split, "documents": 9, "too_short": 0}
            for source in sources
            for split in ("train", "dev", "test")
        ]
        return Leakage.of(
            pa.Table.from_pylist(rows, schema=PAIRS), pa.Table.from_pylist(sizes, schema=DOCUMENTS)
        )

    return make
