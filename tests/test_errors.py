import pickle
from pathlib import Path

import pytest

from sru_ner.errors import DownloadError, InputError, SruNerError, UnknownNameError, first_line


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
