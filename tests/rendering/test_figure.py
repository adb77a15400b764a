import pytest
from matplotlib.image import imread

from sru_ner.rendering.figure import new_figure, save_png


def test_a_png_of_the_given_size_that_is_the_same_again(tmp_path):
    for name in ("one", "two"):
        figure = new_figure(2, 1)
        figure.add_subplot().plot([1, 2], [3, 4])
        save_png(figure, tmp_path / "new folder" / f"{name}.png", dpi=50)
    one, two = (tmp_path / "new folder" / f"{name}.png" for name in ("one", "two"))
    assert imread(one).shape[:2] == (50, 100)
    assert one.read_bytes() == two.read_bytes()
    assert b"matplotlib" not in one.read_bytes()


def test_a_picture_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    figure = new_figure(2, 1)
    figure.add_subplot().set_title("$x^$")
    with pytest.raises(ValueError, match="x"):
        save_png(figure, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
