import numpy as np
import pytest
from matplotlib.image import imread

from sru_ner.rendering.heatmap import draw_heatmap


def draw(path, values, texts, **options):
    names = ["one", "another"][: len(values)]
    draw_heatmap(
        path,
        np.array(values),
        texts,
        rows=names,
        columns=names,
        row_label="row",
        column_label="column",
        bar_label="share",
        title="Shares",
        size=(4, 3),
        colours="OrRd",
        **options,
    )
    return path


@pytest.mark.parametrize("values", [[[0.0, 0.25], [0.9, np.nan]], [[np.nan]]])
def test_a_png_that_is_the_same_again(tmp_path, values):
    texts = [["" if np.isnan(value) else f"{value:.2f}" for value in row] for row in values]
    first, again = (draw(tmp_path / name, values, texts).read_bytes() for name in ("1", "2"))
    assert first.startswith(b"\x89PNG")
    assert first == again


def test_a_missing_value_is_hatched_if_it_has_a_text(tmp_path):
    plain, hatched = (imread(draw(tmp_path / t, [[np.nan]], [[t[1:]]])) for t in ("_", "_n/a"))
    assert plain.shape == hatched.shape
    assert not np.array_equal(plain, hatched)


def test_notes_and_footnote_are_drawn(tmp_path):
    values, texts = [[0.5]], [["50"]]
    drawn = [
        draw(tmp_path / "plain", values, texts),
        draw(tmp_path / "notes", values, texts, notes=[["† 3"]]),
        draw(tmp_path / "footnote", values, texts, footnote="† n: n documents overlap."),
    ]
    assert len({path.read_bytes() for path in drawn}) == 3
