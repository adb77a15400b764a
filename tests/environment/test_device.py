import pytest
import torch

from sru_ner.environment.device import use_bf16


def test_precision_is_what_was_asked_for() -> None:
    assert use_bf16("bf16")
    assert not use_bf16("fp32")


@pytest.mark.parametrize(
    ("flags", "expected"), [((False, False), False), ((True, False), True), ((False, True), True)]
)
def test_auto_is_bf16_where_the_processor_computes_it(
    monkeypatch: pytest.MonkeyPatch, flags: tuple[bool, bool], expected: bool
) -> None:
    for name, flag in zip(("avx512_bf16", "amx_tile"), flags, strict=True):
        monkeypatch.setattr(torch.cpu, f"_is_{name}_supported", lambda flag=flag: flag)
    assert use_bf16("auto", "cpu") is expected
    assert not use_bf16("auto", "mps")
