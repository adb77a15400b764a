"""Lock files hold stages that exist, and no others."""

import yaml

from tools.prune_lock import existing_stages, lock_files, locked_stages, pruned

TEXT = """\
schema: '2.0'
stages:
  train@one:
    cmd: sru-ner train one
    deps:
    - path: a
      md5: '1'
    params:
      params.yaml:
        train:
          epochs: 1
  train@two:
    cmd: |-
      sru-ner train two

      more
    deps: []
  report:
    cmd: sru-ner report
"""


def test_stages_are_removed_whole() -> None:
    assert locked_stages(TEXT) == ["train@one", "train@two", "report"]
    left = yaml.safe_load(pruned(TEXT, ["train@one", "report"]))
    whole = yaml.safe_load(TEXT)
    del whole["stages"]["train@two"]
    assert left == whole
    assert pruned(TEXT, ["train@one", "train@two", "report"]) == TEXT


def test_the_committed_locks_have_existing_stages_only() -> None:
    assert len(lock_files()) >= 2  # of the corpora, and of the demo
    for path in lock_files():
        lock = path.read_text(encoding="utf-8")
        locked = locked_stages(lock)
        assert locked == list(yaml.safe_load(lock)["stages"])
        extra = set(locked) - set(existing_stages(path.parent))
        assert extra == set(), "run `python -m tools.prune_lock`"
