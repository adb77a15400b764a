import numpy as np
import pytest

from sru_ner.rendering.heatmap import draw_shares


@pytest.mark.parametrize("shares", [[[0.0, 0.25], [0.9, np.nan]], [[np.nan]]])
def test_a_png_that_is_the_same_again(tmp_path, shares):
    names = ["one", "another"][: len(shares)]
    paths = [tmp_path / "first.png", tmp_path / "again.png"]
    for path in paths:
        draw_shares(
            path,
            np.array(shares),
            [["" if np.isnan(share) else f"{share:.2f}" for share in row] for row in shares],
            rows=names,
            columns=names,
            row_label="row",
            column_label="column",
            bar_label="share",
            title="Shares",
            size=(0.7, 0.4),
        )
    first, again = (path.read_bytes() for path in paths)
    assert first.startswith(b"\x89PNG")
    assert first == again
