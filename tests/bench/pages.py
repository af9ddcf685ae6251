# ruff: noqa: T201 (a script: its output is its purpose)
"""The result page over HTTP on a full index and on an empty one: `python tests/bench/pages.py FULL_URL EMPTY_URL`.

Two servers of the same code on two databases (`tests.bench` starts them); each address is asked of one, then of the other.
"""

import http.client
import statistics
import sys
from urllib.parse import quote, urlsplit

from figures import Questions, keep, milliseconds, show

COUNT = 12


def get(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path, headers={"Accept-Language": "fr"})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")
    return body


def main() -> None:
    full, empty = (
        http.client.HTTPConnection(str(urlsplit(url).hostname), urlsplit(url).port, timeout=60) for url in sys.argv[1:3]
    )
    questions = Questions()
    paths = [f"/recherche/?q={quote(questions.word())}&lieu={questions.town()}" for _n in range(COUNT)]
    full_ms, empty_ms = [], []
    for path in paths:
        for _n in range(2):
            get(full, path)
            get(empty, path)
        full_ms.append(statistics.median(milliseconds(lambda path=path: get(full, path)) for _n in range(3)))  # type: ignore[misc]
        empty_ms.append(statistics.median(milliseconds(lambda path=path: get(empty, path)) for _n in range(3)))  # type: ignore[misc]
    show("a page of results", full_ms)
    show("a page without any", empty_ms)
    ratio = statistics.median(full_ms) / statistics.median(empty_ms)
    print(f"{ratio:.2f} ×, {len(get(full, paths[0])) / 1024:.0f} KB and {len(get(empty, paths[0])) / 1024:.0f} KB")
    keep("page / empty page", ratio)


if __name__ == "__main__":
    main()
