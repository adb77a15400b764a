"""The project that these tests log and load."""

from tests.registered_project import (  # noqa: F401
    logged,
    no_store_of_this_machine,
    params,
    project,
    registered,
    text,
)
