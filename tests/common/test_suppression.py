"""Small cells are hidden, and nothing that is published gives them back."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.suppression import THRESHOLD, Published, published, with_totals

COUNTS = st.one_of(st.just(0), st.integers(0, 14), st.integers(0, 400))
TABLES = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=6)
)


def rank(rows: list[list[Fraction]]) -> int:
    """By elimination, in exact fractions."""
    rows, found = [row[:] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((n for n in range(found, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for n in range(len(rows)):
            if n != found and rows[n][column]:
                factor = rows[n][column] / rows[found][column]
                rows[n] = [a - factor * b for a, b in zip(rows[n], rows[found], strict=True)]
        found += 1
    return found


def computable(shown: Published) -> list[tuple[int, int]]:
    """Hidden cells that the published ones determine: what a reader who knows that lines sum to their totals can solve."""
    height, width = len(shown.cells), len(shown.cells[0])
    unknown = [(y, x) for y in range(height) for x in range(width) if shown.cells[y][x] is None]
    equations = []
    for y in range(height):
        equations.append({(y, x): 1 if x < width - 1 else -1 for x in range(width)})
    for x in range(width):
        equations.append({(y, x): 1 if y < height - 1 else -1 for y in range(height)})
    matrix = [[Fraction(equation.get(cell, 0)) for cell in unknown] for equation in equations]
    whole = rank(matrix)
    return [
        cell
        for n, cell in enumerate(unknown)
        if rank([*matrix, [Fraction(int(m == n)) for m in range(len(unknown))]]) == whole
    ]


@settings(max_examples=200, deadline=None)
@given(TABLES)
def test_no_hidden_cell_can_be_computed_from_what_is_shown(counts: list[list[int]]) -> None:
    shown = published(counts)
    assert computable(shown) == []


@settings(max_examples=200, deadline=None)
@given(TABLES)
def test_no_small_count_is_shown_and_no_empty_cell_is_hidden(counts: list[list[int]]) -> None:
    shown, truth = published(counts), with_totals(counts)
    for row, true_row in zip(shown.cells, truth, strict=True):
        for value, true in zip(row, true_row, strict=True):
            assert value in {None, true}
            assert value is None or value == 0 or value >= THRESHOLD
            assert value is not None or true > 0


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_a_table_without_small_counts_is_shown_whole(counts: list[list[int]]) -> None:
    large = [[value + THRESHOLD if value else 0 for value in row] for row in counts]
    assert published(large).hidden == 0


def test_one_small_cell_hides_three_others_and_not_the_largest() -> None:
    shown = published([[5, 50, 500], [60, 70, 800], [900, 950, 990]])
    assert (shown.small, shown.others) == (1, 3)
    assert shown.cells[0][:2] == (None, None)
    assert shown.cells[1][:2] == (None, None)
    assert shown.cells[2][2] == 990


def test_a_small_total_is_hidden_with_its_line() -> None:
    shown = published([[3, 4], [500, 600]])
    assert shown.cells[0] == (None, None, None)


def test_of_few_people_nothing_is_said() -> None:
    assert all(value is None or value == 0 for row in published([[2, 0], [0, 3]]).cells for value in row)


def test_nobody_at_all_is_a_table_of_zeros() -> None:
    assert published([[0, 0]]).cells == ((0, 0, 0), (0, 0, 0))
    assert published([]).cells == ()


def test_a_negative_count_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="counted"):
        published([[-1]])
