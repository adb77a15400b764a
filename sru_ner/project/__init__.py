"""Lays out a project folder for the pipeline: suites, flows, stages and settings.

Imports: environment, errors, files, layout.
"""
