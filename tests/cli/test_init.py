"""`sru-ner init`: the folder, and the commands that come next."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sru_ner.errors import InputError


def test_a_project_is_made_once(call: Callable[..., str]) -> None:
    printed = call("init", "p", "--no-git")
    assert "cd p" in printed
    assert Path("p/dvc.yaml").is_file()
    assert not Path("p/.git").exists()
    with pytest.raises(InputError, match="this exists already"):
        call("init", "p")
