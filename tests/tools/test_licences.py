from email.message import Message
from types import SimpleNamespace
from typing import Any

import pytest

from tools.licences import CONDITIONS, PAGE, ROOT, licence_of, page, pinned


def package(**about: Any) -> Any:
    metadata = Message()
    for name, values in about.items():
        for value in values if isinstance(values, list) else [values]:
            metadata[name.replace("_", "-")] = value
    return SimpleNamespace(metadata=metadata)


@pytest.mark.parametrize(
    ("about", "licence"),
    [
        ({"License_Expression": "MIT", "License": "other"}, "MIT"),
        ({"Classifier": ["License :: OSI Approved :: MIT License"], "License": "x"}, "MIT License"),
        ({"Classifier": ["License :: OSI Approved"], "License": "BSD"}, "BSD"),
        ({"License": "Permission is hereby granted\nto anybody"}, "unknown"),
        ({"License": "UNKNOWN"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_what_a_package_says_of_itself(about: dict[str, Any], licence: str) -> None:
    assert licence_of(package(**about)) == licence


def test_constraints_are_read() -> None:
    assert pinned(["# by pip", "", "a==1", "B-c==2.0+cpu"]) == ["a", "B-c"]


def test_the_page_names_all_that_the_threats_explain() -> None:
    made, threats = page(), (ROOT / "docs/security.md").read_text(encoding="utf-8")
    special = made.partition("## All")[0]
    assert "| pygit2 |" in special
    assert "| numpy |" not in special
    listed = [line.split("|")[1].strip() for line in special.splitlines() if "GPL" in line]
    assert [name for name in listed if name not in threats and name != "package"] == []
    written = PAGE.read_text(encoding="utf-8")
    assert CONDITIONS.search(written)
    assert "| pygit2 |" in written
