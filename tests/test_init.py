"""What a user meets first: `import sru_ner`."""

import subprocess
import sys
from importlib import resources

SCRIPT = """
import sys, sru_ner
assert {"Annotator", "__version__"} <= set(dir(sru_ner)), dir(sru_ner)
assert not {"torch", "transformers", "pandas"} & set(sys.modules)
from sru_ner import *
assert Annotator is sru_ner.Annotator
"""


def test_completion_shows_the_annotator_before_torch_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_type_checkers_read_the_types_of_the_package() -> None:
    assert resources.files("sru_ner").joinpath("py.typed").is_file()
