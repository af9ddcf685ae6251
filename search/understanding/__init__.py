"""What a text typed in the search box means: `read` gives the clauses to satisfy, the place, and the pieces to show."""

from search.understanding.reading import Piece, Understood, read

__all__ = ["Piece", "Understood", "read"]
