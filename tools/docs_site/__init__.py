"""Builds the documentation site from README.md and docs/: `python -m tools.docs_site`."""
