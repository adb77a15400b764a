import numpy as np
import pytest
from matplotlib.image import imread

from sru_ner.evaluation.errors.classes import ERRORS, classify, count_errors
from sru_ner.evaluation_report.error_picture import COLOURS, draw_errors


@pytest.fixture
def counts(decisions_of):
    rows = [{"start": i, "end": i + 1, "model": model} for i in range(9) for model in "mn"]
    rows.append({"start": 50, "end": 60, "gold": False, "predicted": True})
    return count_errors(classify(decisions_of(rows)))


def painted(path, colour):
    """Pixels of a colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    pixels = np.rint(imread(path)[:, :, :3] * 255).astype(int)
    return int((pixels == wanted).all(axis=2).sum())


def test_classes_are_painted_and_the_picture_is_the_same_again(counts, tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        draw_errors(counts, path, models=["m", "n"], tested=["t"])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert painted(paths[0], COLOURS["missed"]) > 9 * painted(paths[0], COLOURS["spurious"]) > 0
    assert painted(paths[0], COLOURS["boundary"]) == 0


def test_only_what_is_asked_for(counts, tmp_path):
    draw_errors(counts, tmp_path / "a.png", models=["n"], tested=["t", "unknown"])
    assert painted(tmp_path / "a.png", COLOURS["spurious"]) == 0
    draw_errors(counts.slice(0, 0), tmp_path / "b.png", models=[], tested=["t"])
    assert painted(tmp_path / "b.png", COLOURS["missed"]) == 0


def test_every_class_has_a_colour_of_its_own():
    assert set(COLOURS) == set(ERRORS) - {"out_of_inventory"}
    assert len(set(COLOURS.values())) == len(COLOURS)
