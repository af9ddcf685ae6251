"""Structures, unfinished applications and reports: small sets that point at generated people."""

from dataclasses import replace
from functools import cache
from random import Random

from demo.content import identifiers
from demo.content.load import table, towns
from demo.content.people import Decks, person, practitioners
from demo.content.reviews import reviews
from demo.content.shapes import DemoApplication, DemoReport, DemoStructure

FIRST_FREE_RANK = 900
"""Above every rank that `practitioners` uses, so that SIRET and telephone numbers never meet."""


@cache
def structures(seed: int = 2024) -> tuple[DemoStructure, ...]:
    found = []
    for rank, row in enumerate(table("structures")["structure"]):
        nearby = [one.key for one in practitioners(seed) if one.place.town in row["towns"] and one.receives_at_place]
        found.append(
            DemoStructure(
                slug=row["slug"],
                name=row["name"],
                legal_name=row["legal_name"],
                siret=identifiers.siret(9000 + rank * 11),
                headline=row["headline"],
                description=tuple(row["description"]),
                insee=row["insee"],
                postal_code=row["postal_code"],
                street=row["street"],
                email=f"accueil@{row['slug']}.example",
                phone=identifiers.phone(FIRST_FREE_RANK + 50 + rank),
                opening_hours=tuple((days, hours) for days, hours in row["hours"]),
                services=tuple(row["services"]),
                towns=tuple(row["towns"]),
                practitioners=tuple(nearby[: row["people"]]),
            )
        )
    return tuple(found)


@cache
def applications(seed: int = 2024) -> tuple[DemoApplication, ...]:
    random = Random(seed + 2)
    decks = Decks(random)
    taken = {one.key for one in practitioners(seed)}
    by_name = {town.name: town for town in towns()}
    found = []
    for rank, row in enumerate(table("casework")["application"]):
        applicant = person(
            random, decks, FIRST_FREE_RANK + rank, by_name[row["town"]], 90 + rank, row["practice"], taken
        )
        found.append(
            DemoApplication(
                person=replace(applicant, online_booking=False, listed_days_ago=0),
                status=row["status"],
                items=tuple((kind, status, note) for kind, status, note in row["items"]),
                days_ago=row["days_ago"],
                reason=row.get("reason", ""),
                thread=tuple((who, text) for who, text in row["thread"]),
            )
        )
    return tuple(found)


@cache
def reports(seed: int = 2024) -> tuple[DemoReport, ...]:
    harsh = next(one for one in reviews(seed) if one.rating == 2)
    other = next(one for one in practitioners(seed) if one.practices[0] == "reiki")
    keys = {"review": harsh.practitioner, "profile": other.key}
    return tuple(
        DemoReport(
            row["target"],
            keys[row["target"]],
            row["ground"],
            row["text"],
            row["reporter"],
            row["days_ago"],
            row["status"],
        )
        for row in table("casework")["report"]
    )


def reported_review(seed: int = 2024) -> tuple[str, str]:
    """(practitioner's key, text) of the review that the first report is about."""
    harsh = next(one for one in reviews(seed) if one.rating == 2)
    return harsh.practitioner, harsh.text
