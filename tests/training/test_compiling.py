from pathlib import Path

import pytest
import torch

from sru_ner.errors import InputError
from sru_ner.model.encoder import load_encoder
from sru_ner.training.compiling import compile_encoder


@pytest.mark.pipeline
def test_one_program_serves_all_lengths(tiny_encoder: Path) -> None:
    encoder, _ = load_encoder(str(tiny_encoder))
    encoder.eval()
    names = encoder.state_dict().keys()
    batches = [torch.full(shape, 7) for shape in ((2, 9), (3, 14), (5, 11))]
    with torch.no_grad():
        expected = [encoder(input_ids=ids).last_hidden_state for ids in batches]
        compile_encoder(encoder, torch.device("cpu"))
        encoder(input_ids=batches[0])
        with torch.compiler.set_stance("fail_on_recompile"):
            found = [encoder(input_ids=ids).last_hidden_state for ids in batches]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
    assert encoder.state_dict().keys() == names


def test_a_missing_compiler_is_named(tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, _ = load_encoder(str(tiny_encoder))
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(
        InputError, match=r"compiler no-such-compiler[^→]*→ .*torch_compile to false"
    ):
        compile_encoder(encoder, torch.device("cpu"))
