from tests.dataset.two_sources import root  # noqa: F401
