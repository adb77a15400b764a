"""Amounts as readers see them: percentages, and counted things with the right plural."""


def percent(ratio: float | None, *, decimals: int = 1) -> str:
    """Return a ratio (1.0 is 100 percent) as a number of percent, without a percent sign.

    An undefined ratio (None) is a dash.
    """
    return "–" if ratio is None else f"{100 * ratio:.{decimals}f}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun, such as "1 model" and "1,200 models".

    `plural` is given for a noun whose plural is not made with an "s".
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
