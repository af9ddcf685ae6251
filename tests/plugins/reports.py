"""What a failure prints begins with the failure: of what was logged meanwhile, only the end, and no line longer than a few.

A worker that cannot reach a stand-in that is gone, or an error with its traceback in one line, filled hundreds of pages.
"""

from collections.abc import Generator

import pytest

LINES, BEGINNING, END = 12, 200, 400


def shortened(text: str) -> str:
    """Its last lines; of a long one its beginning, which says what it is, and its end, where a traceback has its error."""
    lines = text.splitlines()
    kept = [
        line if len(line) <= BEGINNING + END else f"{line[:BEGINNING]} […] {line[-END:]}" for line in lines[-LINES:]
    ]
    left_out = len(lines) - len(kept)
    return "\n".join([f"[{left_out} lines before]", *kept] if left_out else kept)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    report.sections = [(title, shortened(text)) for title, text in report.sections]
    return report
