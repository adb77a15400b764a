import random
from pathlib import Path

import pytest

from sru_ner.errors import InputError
from tools import fuzz


def test_a_seed_draws_the_same_changes_again() -> None:
    content = bytes(range(256)) * 4
    first, again, other = (fuzz.garbled(content, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again != other


def test_every_kind_of_file_is_garbled() -> None:
    names = {path.suffix for path, _ in fuzz.rounds()}
    assert {".xml", ".json", ".jsonl", ".tsv", ".pubtator", ".yaml", ".xmi", ".iob"} <= names


def fails(path: Path) -> None:
    raise KeyError(path.name)


def refuses_badly(path: Path) -> None:
    raise InputError("no")


def refuses_well(path: Path) -> None:
    raise InputError("no", remedy="correct it")


@pytest.mark.parametrize(
    ("read", "outcome", "message"),
    [
        (fails, "failed", "KeyError"),
        (refuses_badly, "refused", "no remedy"),
        (refuses_well, "refused", None),
        (lambda path: None, "read", None),
    ],
)
def test_only_an_error_with_a_remedy_is_allowed(
    monkeypatch: pytest.MonkeyPatch, read: object, outcome: str, message: str | None
) -> None:
    file = fuzz.ROOT / "suites/demo/params.yaml"
    monkeypatch.setattr(fuzz, "rounds", lambda: [(file, read)])
    outcomes, failures = fuzz.fuzz(0.1, seed=0)
    assert outcomes[outcome] == outcomes.total() > 0
    assert all(message in failure for failure in failures) if message else failures == []
    assert bool(failures) == bool(message)


def test_a_few_rounds_end_as_they_should() -> None:
    outcomes, failures = fuzz.fuzz(3, seed=1)
    assert failures == []
    assert outcomes.total() > 0
