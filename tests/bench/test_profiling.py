from pathlib import Path

from bench import profiling
from bench.material import Material


def test_it_shows_where_the_time_of_both_goes(
    harmonized: Path, tiny_model: Path, tmp_path: Path
) -> None:
    material = Material(harmonized, ("chemicals", "diseases"))
    rows = list(profiling.measure(material, tiny_model, tmp_path, tmp_path, steps=2, sentences=40))
    assert [row.name.split(" in ")[1].split()[0] for row in rows] == ["training", "annotation"]
    for row in rows:
        assert row.value is not None
        assert 0 < row.value < 100
        assert {"encoder, forward", "words and tables, forward"} <= {
            part.rsplit(" ", 1)[0] for part in row.detail.split("; ")
        }
    assert "aten::" in (tmp_path / "profile.md").read_text()
    assert (tmp_path / "profile.png").stat().st_size > 1000
