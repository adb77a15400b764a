"""How many items to judge, so that the interval of a precision has a given width."""

from math import ceil

from sru_ner.errors import InputError


def items_needed(
    within: float, *, precision: float = 0.5, level: float = 0.95, population: int | None = None
) -> int:
    """Return the number of items for an interval of `precision` ± `within`.

    level: confidence level. population: number of all items, None if it is large. It is assumed
    that items are drawn with equal probabilities. The normal approximation is used, with Cochran's
    correction for a finite population (Sampling Techniques, 1977, section 4.4). Raises `InputError`
    for a number outside (0, 1), or a width that no interval has.
    """
    from statsmodels.stats.proportion import samplesize_confint_proportion  # noqa: PLC0415

    for name, value in (("within", within), ("precision", precision), ("level", level)):
        if not 0 < value < 1:
            raise InputError(
                f"--{name} is {value:g}, but it has to be between 0 and 1",
                remedy="write a share, such as 0.05",
            )
    number = samplesize_confint_proportion(precision, within, alpha=1 - level)
    if population is not None:
        number = number / (1 + (number - 1) / population)
        return min(ceil(number), population)
    return ceil(number)
