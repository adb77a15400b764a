"""The day itself takes half an hour: `python -m tools.operations`."""

from pathlib import Path

import pytest
import yaml

from tools.operations import DAY, SUITE, SUITES, Day, Part, page


def test_the_page_says_what_was_not_as_expected() -> None:
    kept = Part("Cancel", ["$ command", "printed"], [("it ends", "after 2 s", True)])
    broken = Part("Move", checks=[("it works", "no", False)])
    text = page([kept, broken])
    assert "Of 2 expectations, 1 were not met." in text
    assert "| Cancel | it ends | after 2 s | yes |" in text
    assert "| Move | it works | no | **no** |" in text
    assert "Not played: Open the project, Run two at once, Kill the server, " in text
    assert "## Cancel\n\n    $ command\n    printed\n" in text


def test_a_day_goes_on_after_its_last_part(tmp_path: Path) -> None:
    day = Day(tmp_path, None)
    day.note(f"in {tmp_path}/project")
    day.expect("it works", 3, True)
    day.parts.append(day.part)
    day.worker, day.project = 7, tmp_path / "moved"
    day.save()
    again = Day(tmp_path, None)
    assert again.parts == [Part("", ["in WORK/project"], [("it works", "3", True)])]
    assert (again.ports, again.worker, again.project) == (day.ports, 7, tmp_path / "moved")


@pytest.mark.parametrize("command", [f"echo {'x ' * 3}", "seq 30; exit 3"])
def test_long_outputs_are_cut(tmp_path: Path, command: str) -> None:
    day = Day(tmp_path, None)
    day.project = tmp_path
    day.run(command)
    assert day.part.lines[0] == f"$ {command}"
    if "exit" in command:
        assert day.part.lines[-2] == "… 18 lines more"
        assert day.part.lines[-1].endswith("status 3)")


def test_suites_are_yaml_and_parts_say_what_they_do() -> None:
    for name, (epochs, seed) in SUITES.items():
        values = yaml.safe_load(SUITE.format(name=name, epochs=epochs, seed=seed))
        assert (values["suite"], values["train"]["epochs"]) == (name, epochs)
    assert all(part.__doc__ for part in DAY)
