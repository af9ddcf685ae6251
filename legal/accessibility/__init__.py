"""The statement of accessibility, from the last audit (docs/data-governance.md)."""
