"""Small real things that many tests need: an encoder, a model, a folder of harmonised data."""

import os
from pathlib import Path

import pytest

# Nothing in a test may look for a model on the network.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

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
    """Folder of an untrained model with separate types of two sources.

    Its output layer is made to open and close mentions often, so that there is something to see.
    """
    import torch

    from sru_ner.model.modeling import SruNerModel

    torch.manual_seed(1)
    inventories = {"one": ["one$Chemical", "one$Disease"], "two": ["two$Disease"]}
    model, tokenizer = SruNerModel.from_encoder(str(tiny_encoder), inventories, max_subwords=48)
    with torch.no_grad():
        model.sru.mlp[2].weight.mul_(6)
        model.sru.mlp[2].bias[0] -= 3
    folder = tmp_path_factory.mktemp("model")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
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
    from sru_ner.corpora.catalog import Source
    from sru_ner.harmonize.pipeline import harmonize_source
    from sru_ner.settings import HarmonizeSettings

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
