from sru_ner.environment.device import use_bf16


def test_precision_is_what_was_asked_for() -> None:
    assert use_bf16("bf16")
    assert not use_bf16("fp32")
