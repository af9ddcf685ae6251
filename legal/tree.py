"""A tree of hashes over the links of one day: one published root proves any of them by a handful of hashes. Pure functions.

A leaf is the hash of a link, in hexadecimal. A node is SHA-256 of its two children joined by a line feed; a child without a
brother goes up as it is. No leaf: SHA-256 of nothing.
"""

import hashlib
from collections.abc import Iterable

Step = tuple[str, str]  # ("left" or "right", the brother's hash)


def _joined(left: str, right: str) -> str:
    return hashlib.sha256(f"{left}\n{right}".encode()).hexdigest()


def root(leaves: Iterable[str]) -> str:
    """With memory in proportion to the height of the tree: a stack of whole subtrees, each with how many leaves it has."""
    stack: list[tuple[int, str]] = []
    for leaf in leaves:
        size, node = 1, leaf
        while stack and stack[-1][0] == size:
            left = stack.pop()[1]
            size, node = size * 2, _joined(left, node)
        stack.append((size, node))
    if not stack:
        return hashlib.sha256(b"").hexdigest()
    node = stack.pop()[1]
    while stack:
        node = _joined(stack.pop()[1], node)
    return node


def path(leaves: list[str], index: int) -> list[Step]:
    """The brothers that lead from one leaf to the root, from the bottom up."""
    steps: list[Step] = []
    level = leaves
    while len(level) > 1:
        brother = index ^ 1
        if brother < len(level):
            steps.append(("left" if brother < index else "right", level[brother]))
        level = [
            _joined(level[at], level[at + 1]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)
        ]
        index //= 2
    return steps


def climbed(leaf: str, steps: Iterable[Step]) -> str:
    for side, brother in steps:
        leaf = _joined(brother, leaf) if side == "left" else _joined(leaf, brother)
    return leaf
