"""SRU-NER: one biomedical named-entity recogniser trained on many differently annotated corpora."""

from typing import TYPE_CHECKING, Any

from sru_ner.environment.version import __version__

__all__ = ["Annotator", "__version__"]

if TYPE_CHECKING:
    from sru_ner.inference.annotator import Annotator


def __getattr__(name: str) -> Any:
    # torch and transformers take seconds to import: `sru-ner --help` must not wait for them.
    if name == "Annotator":
        from sru_ner.environment.garbage import uncollected

        with uncollected():
            from sru_ner.inference.annotator import Annotator

        return Annotator
    raise AttributeError(f"module 'sru_ner' has no attribute {name!r}")


def __dir__() -> list[str]:
    # Completion in shells and notebooks: `Annotator` is not imported before it is used.
    return sorted({*globals(), *__all__})
