"""The part of docs/booking.md that shows the table of `booking.lifecycle`: a diagram, and who may what with which effects."""

from booking.lifecycle import TRANSITIONS, By, Effect, Status, Step

BEGINS = "<!-- lifecycle: written by `manage.py draw_lifecycle`, not by hand -->"
ENDS = "<!-- end of lifecycle -->"
WHO = {By.CLIENT: "client", By.PRACTITIONER: "practitioner", By.SYSTEM: "platform", By.STRIPE: "Stripe"}


def drawn() -> str:
    """What stands between the markers, both included."""
    return "\n".join([BEGINS, "", *_diagram(), "", *_table(), "", ENDS])


def replaced(text: str, *, begins: str, ends: str, drawn: str) -> str:
    """`text` with the part between the markers, both included, drawn anew. Raises ValueError without them."""
    before, _marker, rest = text.partition(begins)
    _old, marker, after = rest.partition(ends)
    if not marker:
        raise ValueError("the markers of the drawing are lost")
    return before + drawn + after


def _who(step: Step) -> str:
    return ", ".join(WHO[by] for by in By if by in TRANSITIONS[step].by)


def _diagram() -> list[str]:
    arrows: dict[tuple[Status, Status], list[str]] = {}
    for step, row in TRANSITIONS.items():
        for source in (status for status in Status if status in row.sources):
            arrows.setdefault((source, row.target), []).append(f"{step} ({_who(step)})")
    lines = [f"    {source} --> {target}: {' / '.join(labels)}" for (source, target), labels in arrows.items()]
    return ["```mermaid", "stateDiagram-v2", "    [*] --> held: a time is chosen", *lines, "```"]


def _table() -> list[str]:
    lines = ["| step | who | from | to | effects |", "|---|---|---|---|---|"]
    for step, row in TRANSITIONS.items():
        sources = ", ".join(status for status in Status if status in row.sources)
        effects = [str(effect.value if isinstance(effect, Effect) else effect) for effect in row.effects]
        effects += ["free the time"] if row.frees_time else []
        lines.append(f"| `{step}` | {_who(step)} | {sources} | {row.target} | {'; '.join(effects) or '–'} |")
    return lines
