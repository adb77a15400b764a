"""The report on corpora that were downloaded again, and the limits of its flow."""

import pytest
import yaml
from prefect.logging import disable_run_logger

from flows import refresh as module
from flows.refresh import look_at, refresh, report
from flows.stages import ROOT
from sru_ner.corpora.look_again import SecondLook
from sru_ner.errors import InputError

SAME = SecondLook("bc5cdr", "train.txt", "unchanged", "a" * 64)
OTHER = SecondLook("linnaeus", "test|1.txt", "changed", "b" * 64)


def test_only_what_is_not_as_it_was_is_listed() -> None:
    assert "2 unchanged." in report([SAME, SAME])
    assert "|" not in report([SAME])
    assert "no files." in report([])
    text = report([SAME, OTHER])
    assert "1 unchanged, 1 changed." in text
    assert f"| linnaeus | test\\|1.txt | changed | {'b' * 64} |" in text
    assert "train.txt" not in text
    assert "Nothing was replaced" in text


def test_a_flow_that_downloads_respects_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    with pytest.raises(InputError, match="SRU_NER_OFFLINE=1 forbids the network"):
        refresh.fn(["bc5cdr"])


def test_the_corpora_of_the_project_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SRU_NER_OFFLINE", raising=False)
    made: list[str] = []
    monkeypatch.setattr(module, "create_markdown_artifact", lambda text, **_: made.append(text))
    monkeypatch.setattr(module, "look_again", lambda source, raw: [SAME, OTHER])
    monkeypatch.setattr(module, "look_at", look_at.fn)
    with disable_run_logger():
        found = refresh.fn()
    number = len(yaml.safe_load((ROOT / "data/params.yaml").read_text())["corpora"])
    assert found == {"unchanged": number, "changed": number}
    assert made[0].count("| linnaeus |") == number


def test_the_schedule_is_there_and_sleeps() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    (weekly,) = [each for each in deployments if each["entrypoint"].endswith(":refresh")]
    assert [schedule["active"] for schedule in weekly["schedules"]] == [False]
