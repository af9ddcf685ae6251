"""Tables of counts of people that can be published: small cells are hidden, and cannot be computed from the others. Pure functions.

A cell of 1 to `threshold` - 1 people is hidden, a total too. What is left would often give it back by a subtraction, so other cells
are hidden with it, the smallest ones, until each hidden cell could also be another number: in the graph whose points are the lines of
the table (totals included) and whose edges are the hidden cells, no edge is a bridge. Cells of nobody are shown, and never hidden to
cover another: every hidden one is at least 1, so that all of a cycle can be shifted by one, up or down.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

THRESHOLD = 11
Cell = tuple[int, int]


@dataclass(frozen=True)
class Published:
    """`None` is hidden. The last row and the last column are totals."""

    cells: tuple[tuple[int | None, ...], ...]
    small: int
    others: int

    @property
    def hidden(self) -> int:
        return self.small + self.others


def with_totals(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]] if rows else []


def published(counts: Sequence[Sequence[int]], threshold: int = THRESHOLD) -> Published:
    """The table with its totals, as it may be shown to anybody."""
    if any(value < 0 for row in counts for value in row):
        raise ValueError("people are counted: no cell is negative")
    table = with_totals(counts)
    small = {(y, x) for y, row in enumerate(table) for x, value in enumerate(row) if 0 < value < threshold}
    hidden = set(small)
    for cell in sorted(small):
        hidden |= _cover(table, hidden, cell)
    # A cell hidden to cover another one is on a cycle with it, and so covered itself.
    cells = tuple(
        tuple(None if (y, x) in hidden else value for x, value in enumerate(row)) for y, row in enumerate(table)
    )
    return Published(cells, len(small), len(hidden) - len(small))


def _cover(table: list[list[int]], hidden: set[Cell], cell: Cell) -> set[Cell]:
    """The cells that close the cheapest cycle through this one: people hidden, few of them, and none for cells hidden already."""
    height, width = len(table), len(table[0])
    start, goal = ("row", cell[0]), ("column", cell[1])
    costs: dict[tuple[str, int], int] = {start: 0}
    came: dict[tuple[str, int], tuple[str, int]] = {}
    waiting: list[tuple[int, tuple[str, int]]] = [(0, start)]
    while waiting:
        cost, point = heapq.heappop(waiting)
        if point == goal:
            break
        if cost > costs[point]:
            continue
        kind, index = point
        for other in range(width if kind == "row" else height):
            y, x = (index, other) if kind == "row" else (other, index)
            if (y, x) == cell or table[y][x] == 0:
                continue
            # One more than its people: of two ways as cheap, the one that hides fewer cells.
            step = cost + (0 if (y, x) in hidden else table[y][x] + 1)
            beyond = ("column" if kind == "row" else "row", other)
            if step < costs.get(beyond, step + 1):
                costs[beyond], came[beyond] = step, point
                heapq.heappush(waiting, (step, beyond))
    found, point = set(), goal
    while point != start:
        before = came[point]
        found.add((before[1], point[1]) if before[0] == "row" else (point[1], before[1]))
        point = before
    return found
