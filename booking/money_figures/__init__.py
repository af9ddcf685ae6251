"""Statistics of the money for the operator: periods, figures, and the geometry of their charts."""
