"""`sru-ner fit`: what a user types, sees and gets."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sru_ner.cli.main import app
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import InputError
from sru_ner.fitting import inspection
from sru_ner.fitting.remarks import RefusedRequestError
from sru_ner.fitting.request import Request
from sru_ner.settings.presets import PRESETS
from tests.fitting.conftest import pubtator


def call(*arguments: object) -> tuple[str, str]:
    """Run the command; return what it prints to stdout and to stderr. Errors are raised."""
    result = CliRunner().invoke(app, ["fit", *map(str, arguments)], env={"COLUMNS": "200"})
    if isinstance(result.exception, Exception):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_one_command_makes_a_model_and_says_how_to_go_on(tiny_encoder: Path) -> None:
    Path("clinic.pubtator").write_text(pubtator(80), encoding="utf-8")
    arguments = ("clinic.pubtator", "-o", "m", "--epochs", 1, "--encoder", tiny_encoder)
    arguments += ("--type", "Ache=Disease", "--set", "max_subwords=32", "--split", "train+dev+test")
    printed, told = call(*arguments)
    assert "Test on clinic" in printed
    assert "95 % interval" in printed
    assert "Disease" in printed
    assert "warning: clinic: the type" in told
    assert "sru-ner annotate FILE --model m" in told
    page = Path("m.work/reports/m/evaluation/index.html").resolve()
    assert str(page) in told
    assert page.is_file()
    assert json.loads(Path("m/training.json").read_text())["settings"]["epochs"] == 1
    assert {path.name for path in Path().iterdir()} == {"clinic.pubtator", "m", "m.work"}

    again, told = call(*arguments)
    assert again == printed
    assert "This model is finished already" in told


@pytest.mark.parametrize(
    ("given", "settings", "encoder"),
    [
        ((), {}, EMBEDDED_ENCODER),
        (("--preset", "tiny"), {"encoder_layers": 2}, EMBEDDED_ENCODER),
        (
            ("--preset", "tiny", "--set", "seed=3"),
            {"encoder_layers": 2, "seed": 3},
            EMBEDDED_ENCODER,
        ),
        (("--preset", "base"), {"encoder_learning_rate": 5e-5}, PRESETS["base"]["encoder"]),
        (("--preset", "base", "--encoder", "mine"), {"encoder_learning_rate": 5e-5}, "mine"),
    ],
)
def test_a_preset_gives_settings_that_others_change(
    given: tuple[str, ...],
    settings: dict[str, object],
    encoder: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Request] = []

    def stop(request: Request, root: Path) -> None:
        asked.append(request)
        raise InputError("stopped", remedy="")

    monkeypatch.setattr(inspection, "inspect", stop)
    with pytest.raises(InputError, match="stopped"):
        call("clinic.pubtator", "-o", "m", *given, "--teacher", "large")
    assert (asked[0].settings, asked[0].encoder) == (settings, encoder)
    assert asked[0].teacher == "large"


def test_errors_come_before_any_work() -> None:
    Path("clinic.pubtator").write_text(pubtator(80), encoding="utf-8")
    with pytest.raises(RefusedRequestError, match=r"2 errors[\s\S]*no encoder[\s\S]*'Ach'"):
        call("clinic.pubtator", "-o", "m", "--encoder", ".", "--type", "Ach=X")
    assert [path.name for path in Path().iterdir()] == ["clinic.pubtator"]
