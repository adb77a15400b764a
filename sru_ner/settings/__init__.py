"""The settings of a project in `params.yaml`, and checks of the values that users write in files.

Imports: environment, errors, files.
"""
