"""What is wrong or doubtful about a request, found before anything is trained."""

from collections.abc import Iterable
from dataclasses import dataclass

from sru_ner.errors import SruNerError
from sru_ner.rendering.amounts import counted


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong or doubtful, and what to do about it."""

    is_error: bool
    """Whether it forbids to begin."""
    problem: str
    """A sentence on what is wrong, and where."""
    remedy: str = ""

    @classmethod
    def of(cls, error: SruNerError) -> "Remark":
        """Make a remark of an error, with its place and its remedy."""
        text = str(error)
        problem = text.removesuffix(f"\n  → {error.remedy}") if error.remedy else text
        return cls(True, problem, error.remedy or "")

    def __str__(self) -> str:
        kind = "error:  " if self.is_error else "warning:"
        return f"{kind} {self.problem}" + (f"\n  → {self.remedy}" if self.remedy else "")


class RefusedRequestError(SruNerError):
    """A request that cannot be carried out; the message lists all errors that were found."""

    def __init__(self, remarks: Iterable[Remark]) -> None:
        """remarks: everything that was found; only the errors are in the message."""
        self.remarks = tuple(remarks)
        errors = [remark for remark in self.remarks if remark.is_error]
        super().__init__(
            f"nothing was trained, because of {counted(len(errors), 'error')}:\n"
            + "\n".join(map(str, errors))
        )
