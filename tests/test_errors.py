import pickle
from pathlib import Path

import pytest

from sru_ner.errors import (
    DownloadError,
    InputError,
    SruNerError,
    UnknownNameError,
    first_line,
    public_address,
    without_secrets,
)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (SruNerError("the process was killed"), "the process was killed"),
        (
            SruNerError("the process was killed", remedy="start it again"),
            "the process was killed\n  → start it again",
        ),
        (InputError("the file is empty", path=Path("a.txt")), "a.txt: the file is empty"),
        (
            InputError("there is no text", path="a.txt", line=3, remedy="correct the line"),
            "a.txt:3: there is no text\n  → correct the line",
        ),
        (
            UnknownNameError("type", "Diseas", ["Gene", "Disease"]),
            "there is no type 'Diseas'. Did you mean 'Disease'?\n  → choose one of: Disease, Gene",
        ),
        (
            UnknownNameError("setting", "train.epocs", ["epochs", "self_training_epochs"]),
            "there is no setting 'train.epocs'. Did you mean 'epochs'?\n"
            "  → choose one of: epochs, self_training_epochs",
        ),
        (
            UnknownNameError("setting", "epocs", ["train"], elsewhere=["train.epochs"]),
            "there is no setting 'epocs'. Did you mean 'train.epochs'?\n  → choose one of: train",
        ),
        (
            UnknownNameError("setting", "train.epocs", ["train.epochs", "train.seed"]),
            "there is no setting 'train.epocs'. Did you mean 'train.epochs'?\n"
            "  → choose one of: train.epochs, train.seed",
        ),
        (
            UnknownNameError("source", "x", [], place="evaluate.tested"),
            "evaluate.tested: there is no source 'x'.\n  → none is defined",
        ),
        (
            DownloadError("https://host/a", "the server answers 404", remedy="check the URL"),
            "https://host/a: the server answers 404\n  → check the URL",
        ),
    ],
)
def test_a_message_says_where_what_is_wrong_and_what_to_do(
    error: SruNerError, message: str
) -> None:
    assert str(error) == message
    assert error.problem in message
    assert (error.remedy or "") in message


def test_the_parts_of_a_message_can_be_read_one_by_one() -> None:
    error = InputError("there is no text", path="a.txt", line=3, remedy="correct the line")
    assert (error.path, error.line) == ("a.txt", 3)
    assert (error.problem, error.remedy) == ("there is no text", "correct the line")


def test_an_error_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(SruNerError("it was killed", remedy="start it again")))
    assert (str(error), error.remedy) == ("it was killed\n  → start it again", "start it again")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("\nthe file is empty\nTraceback"), "the file is empty"),
        (KeyError(), "KeyError"),
    ],
)
def test_the_first_line_of_any_error(error: Exception, line: str) -> None:
    assert first_line(error) == line


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("http://host:5000/path", "http://host:5000/path"),
        ("https://user:secret@host:5000", "https://host:5000"),
        ("postgresql://user:se@cret@host/runs", "postgresql://host/runs"),
        ("sqlite:////tmp/mlflow.db", "sqlite:////tmp/mlflow.db"),
        ("https://e.org/f?token=secret&raw=1#part", "https://e.org/f?token=…&raw=…#part"),
        ("(https://u:p@e.org/f?sig=a%2Bb/c==)", "(https://e.org/f?sig=…)"),
        ("why? a=b, x@y.org", "why? a=b, x@y.org"),
    ],
)
def test_secrets_in_addresses_are_not_shown(given, shown):
    assert without_secrets(given) == shown
    text = f"a: {given} cannot be read"
    for error in (
        SruNerError(text, remedy=text),
        InputError(text, path=given, remedy=text),
        UnknownNameError("corpus", given, [given], place=given),
        DownloadError(given, text, remedy=text),
    ):
        assert "secret" not in str(error) + error.problem + str(error.remedy)
        assert shown in str(error)


def test_a_part_of_an_address_shows_no_secret():
    reason = "Max retries exceeded with url: /f?token=secret (Caused by 'x')"
    assert public_address(reason) == reason.replace("secret", "…")
