import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer

from sru_ner.model.wordpieces import WordPieces
from sru_ner.training.cache import cached, tokenizer_digest
from sru_ner.training.tokenized import Ragged, TokenizedSource


def source(value: int) -> TokenizedSource:
    ragged = Ragged.of([[value]])
    columns = (*[ragged] * 9, np.zeros(1, dtype=np.int32))
    return TokenizedSource(("Chemical",), (), (), *columns, (None,), {}, {})


def never() -> TokenizedSource:
    raise AssertionError("made again")


def files(folder: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in folder.iterdir())


def test_the_same_identity_is_made_once(tmp_path: Path) -> None:
    assert cached(tmp_path, "a", {"x": 1, "y": [2]}, lambda: source(7)).ids[0].tolist() == [7]
    assert cached(tmp_path, "a", {"y": [2], "x": 1}, never).ids[0].tolist() == [7]
    assert cached(tmp_path, "a", {"x": 2}, lambda: source(8)).ids[0].tolist() == [8]
    assert files(tmp_path) == ["a", "a"]


@pytest.mark.fault(
    "the cache of tokenised sequences is damaged",
    before="made again with a warning",
    now="made again with a warning",
)
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-20]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes().replace(b"\x07\x00\x00", b"\x09\x00\x00")),
    ],
)
def test_a_damaged_file_is_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    cached(tmp_path, "a", {"x": 1}, lambda: source(7))
    (path,) = tmp_path.iterdir()
    damage(path)
    assert cached(tmp_path, "a", {"x": 1}, lambda: source(7)).ids[0].tolist() == [7]
    assert "It is made again" in caplog.text
    assert cached(tmp_path, "a", {"x": 1}, never).ids[0].tolist() == [7]


def test_a_file_in_anothers_place_is_made_again(tmp_path: Path) -> None:
    cached(tmp_path, "a", {"x": 1}, lambda: source(1))
    (one,) = tmp_path.iterdir()
    cached(tmp_path, "a", {"x": 2}, lambda: source(2))
    (two,) = set(tmp_path.iterdir()) - {one}
    two.write_bytes(one.read_bytes())
    assert cached(tmp_path, "a", {"x": 2}, lambda: source(2)).ids[0].tolist() == [2]


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path) -> None:
    for age, name in enumerate("abc"):
        cached(tmp_path, name, {"x": name}, lambda: source(1))
        (path,) = tmp_path.glob(f"{name}-*")
        os.utime(path, (age, age))
    size = path.stat().st_size
    cached(tmp_path, "a", {"x": "a"}, never)
    cached(tmp_path, "d", {"x": "d"}, lambda: source(1), limit=2 * size)
    assert files(tmp_path) == ["a", "d"]
    # What was just made stays, however little room there is.
    assert cached(tmp_path, "e", {"x": "e"}, lambda: source(5), limit=1).ids[0].tolist() == [5]
    assert files(tmp_path) == ["e"]


def test_a_tokenizer_is_known_by_its_content(tiny_encoder: Path, tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    digest = tokenizer_digest(tokenizer)
    tokenizer.save_pretrained(tmp_path / "moved")
    assert tokenizer_digest(AutoTokenizer.from_pretrained(tmp_path / "moved")) == digest
    WordPieces(tokenizer)(["aspirin"])
    tokenizer(["the", "aspirin treats"], padding=True, truncation=True, max_length=3)
    assert tokenizer_digest(tokenizer) == digest
    tokenizer.add_tokens(["headaches"])
    assert tokenizer_digest(tokenizer) != digest
