"""Draws the figures of the documentation as SVG: `python -m tools.figures`."""
