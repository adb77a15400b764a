from pathlib import Path

from transformers import AutoTokenizer

from sru_ner.model.wordpieces import WordPieces


def test_words_without_subwords_become_the_unknown_token(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    pieces = WordPieces(tokenizer)(["aspirin", "\u0000", "unknown"])
    assert [len(ids) for ids in pieces] == [1, 1, 2]
    assert pieces[1] == [tokenizer.unk_token_id]


def test_characters_that_cannot_be_seen_are_not_read(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    plain, *hidden = WordPieces(tokenizer)(
        ["aspirin", "as\u00adpi\u200brin", "aspirin\u3164", "aspirin\ufe0f"]
    )
    assert hidden == [plain] * 3
