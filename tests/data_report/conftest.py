"""Three small corpora of invented text that mark different things, harmonised from PubTator."""

from pathlib import Path

import pytest

TEXTS = {
    "1": "Zaltrexin cured velmar fever in mice . Zaltrexin is no cure for QRT7 tremor .",
    "2": "Carriers of QRT7 had velmar fever while on zaltrexin , and mice had velmar fever too .",
}

MARKED = {
    "drugs": {"Zaltrexin": "Chemical", "zaltrexin": "Chemical"},
    "fevers": {"velmar fever": "Disease", "fever": "Disease", "mice": "Species"},
    # Marks chemicals as well, but only at the start of a sentence; and fevers as something else.
    "mixed": {"Zaltrexin": "Chemical", "velmar": "Disease", "QRT7": "Gene", "mice": "Animal"},
}


def pubtator(marked: dict[str, str], repeats: int) -> str:
    blocks = []
    for number in range(repeats):
        for name, text in TEXTS.items():
            lines = [f"{name}{number}|t|{text}", f"{name}{number}|a|Nothing more ."]
            for phrase, type_ in marked.items():
                start = text.find(phrase)
                while start >= 0:
                    end = start + len(phrase)
                    lines.append(f"{name}{number}\t{start}\t{end}\t{phrase}\t{type_}")
                    start = text.find(phrase, end)
            blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


@pytest.fixture(scope="session")
def corpora(tmp_path_factory) -> Path:
    """Folder with `harmonized/` and `reports/` of the three, and `corpora/` with their entries."""
    import yaml

    from sru_ner.corpora.source import Source
    from sru_ner.harmonize.pipeline import harmonize_source
    from sru_ner.settings.sections import HarmonizeSettings

    root = tmp_path_factory.mktemp("corpora")
    (root / "corpora").mkdir()
    for name, marked in MARKED.items():
        (root / "raw" / name).mkdir(parents=True)
        for split in ("train", "dev", "test"):
            path = root / "raw" / name / f"{split}.txt"
            path.write_text(pubtator(marked, 20 if split == "train" else 1), encoding="utf-8")
        entry = {
            "title": f"The {name} <corpus>",
            "citation": "nobody, never",
            "licence": "Apache-2.0",
            "files": [{"name": f"{s}.txt", "split": s} for s in ("train", "dev", "test")],
            "reader": "pubtator",
            "types": {type_: type_ for type_ in sorted(set(marked.values()))},
            "given": {"splits": True, "documents": True, "sentences": False},
        }
        (root / f"corpora/{name}.yaml").write_text(yaml.safe_dump(entry))
        source = Source.model_validate({**entry, "name": name})
        harmonize_source(
            source, root / "raw", root / "harmonized", root / "reports", HarmonizeSettings()
        )
    return root
