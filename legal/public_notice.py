"""The part of the privacy policy that the register says: one article an activity, for the people it concerns."""

from collections.abc import Iterable

from legal.entries import Entry
from legal.exports import NOBODY

PREFIX = "registre-"
RIGHTS_KEY = f"{PREFIX}droits"


def articles(found: Iterable[Entry]) -> list[dict[str, str]]:
    """In the form that versions store; the anchor is the activity's name, so that versions compare activity by activity."""
    return [
        {"key": f"{PREFIX}{entry.key}"[:60], "title": _title(entry), "body": _body(entry), "why": ""} for entry in found
    ]


def merged(known: Iterable[dict[str, str]], found: Iterable[Entry]) -> list[dict[str, str]]:
    """The articles of the version that stands, those of the register replaced where they were, or put at the end."""
    fresh = articles(found)
    kept = [{**article, "why": ""} for article in known if not article["key"].startswith(PREFIX)]
    order = [article["key"].startswith(PREFIX) for article in known]
    place = order.index(True) if True in order else len(kept)
    return [*kept[:place], *fresh, *kept[place:]]


def _title(entry: Entry) -> str:
    """The purpose up to its first pause, on one line."""
    head = entry.purpose.split(" : ")[0].split(" ; ")[0]
    return head if len(head) <= 150 else f"{head[:147].rsplit(' ', 1)[0]}…"


def _body(entry: Entry) -> str:
    role = "Nous agissons pour le compte du praticien, qui en est responsable." if entry.of_processor else (
        "Nous en sommes responsables."
    )  # fmt: skip
    lines = [
        f"- Pourquoi : {entry.purpose}.",
        f"- Qui est concerné : {', '.join(entry.people)}.",
        f"- Quelles données : {', '.join(entry.data).lower()}.",
        f"- Sur quel fondement : {entry.legal_basis}.",
        f"- Combien de temps : {entry.kept}.",
        f"- Qui les reçoit : {', '.join(entry.recipients) or NOBODY[0].lower() + NOBODY[1:]}.",
        f"- Hors de l’Union européenne : {entry.transfers.rstrip('.')}.",
    ]
    return f"{role}\n\n" + "\n".join(line.replace("..", ".").replace(" : ", "\u00a0: ") for line in lines)
