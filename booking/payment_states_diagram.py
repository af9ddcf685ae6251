"""The part of docs/payments.md that shows the table of `booking.payment_states`: a diagram, and what each step needs."""

from booking.payment_states import TRANSITIONS, Status

BEGINS = "<!-- payment states: written by `manage.py draw_lifecycle`, not by hand -->"
ENDS = "<!-- end of payment states -->"


def drawn() -> str:
    """What stands between the markers, both included."""
    return "\n".join([BEGINS, "", *_diagram(), "", *_table(), "", ENDS])


def _diagram() -> list[str]:
    lines = [
        f"    {source} --> {row.target}: {step}"
        for step, row in TRANSITIONS.items()
        for source in (status for status in Status if status in row.sources)
    ]
    return ["```mermaid", "stateDiagram-v2", "    [*] --> creating: committed before Stripe is asked", *lines, "```"]


def _table() -> list[str]:
    lines = ["| step | from | to | when |", "|---|---|---|---|"]
    for step, row in TRANSITIONS.items():
        sources = ", ".join(status for status in Status if status in row.sources)
        lines.append(f"| `{step}` | {sources} | {row.target} | {row.cause} |")
    return lines
