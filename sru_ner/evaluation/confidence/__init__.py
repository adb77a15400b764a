"""How sure a figure is: intervals, tests between models, seeds, calibration and thresholds.

Imports: dataset, decisions, errors, evaluation, settings.
"""
