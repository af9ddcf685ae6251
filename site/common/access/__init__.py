"""Who of the team opened whose file, and why: asked at the door, recorded for good, shown to the person (specification §1, D5)."""
