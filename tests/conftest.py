"""What every test relies on; each plugin says what it is for."""

from demo.catalogues import compile_catalogues

pytest_plugins = [
    "tests.plugins.services",
    "tests.plugins.databases",
    "tests.plugins.undefined_variables",
    "tests.plugins.requirements",
    "tests.plugins.people",
    "tests.plugins.browser",
    "tests.plugins.stripe_standin",
]


def pytest_configure() -> None:
    """Pages are tested in French: the catalogue is compiled as `make demo` does, without gettext."""
    compile_catalogues()
