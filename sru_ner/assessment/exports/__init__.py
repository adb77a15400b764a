"""The forms of the sample for assessment: a page, a CSV table and Label Studio tasks.

Imports: assessment, rendering.
"""
