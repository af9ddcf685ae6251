"""Reviews of the demo practitioners, put together from hand-written sentences; the same for the same seed."""

import re
from functools import cache
from random import Random

from demo.content.load import practices, table
from demo.content.people import Deck, agree, practitioners
from demo.content.shapes import DemoPractitioner, DemoReview, DemoService

INITIALS = "ABCDEFGHLMNPRSTV"


def rating_around(random: Random, quality: float) -> int:
    """Most people give 5; a bad day exists everywhere."""
    if random.random() < 0.03:
        return random.choice((2, 3))
    return max(2, min(5, round(random.gauss(quality + 0.1, 0.55))))


def by_author(text: str, sex: str) -> str:
    return re.sub(r"<([^<>|]*)\|([^<>|]*)>", lambda match: match[2 if sex == "f" else 1], text)


class ReviewWriter:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows = table("reviews")
        self.decks = {name: Deck(random, rows) for name, rows in self.rows.items() if name != "detail"}
        self.details = {name: Deck(random, rows) for name, rows in self.rows["detail"].items()}
        self.groups = {practice.slug: practice.group for practice in practices()}
        names = table("names")
        self.authors = Deck(random, [("f", name) for name in names["women"]] + [("m", name) for name in names["men"]])

    def author(self) -> tuple[str, str]:
        sex, name = self.authors.deal()
        return sex, f"{name} {self.random.choice(INITIALS)}."

    def text(self, rating: int, service: DemoService) -> str:
        if rating <= 3:
            return str(self.decks[f"full{rating}"].deal())
        if self.random.random() < 0.12:
            return str(self.decks[f"full{rating}"].deal())
        # What is particular to a video session or a home visit makes a better detail, when it applies.
        away = service.mode != "cabinet" and self.random.random() < 0.7
        detail = self.details[service.mode if away else self.groups[service.practice]].deal()
        parts = [self.decks[f"open{rating}"].deal(), detail, self.decks[f"close{rating}"].deal()]
        return " ".join(part for part in parts if part)

    def reply(self, rating: int) -> str:
        name = "replies_low" if rating <= 3 else f"replies{rating}"
        return str(self.decks[name].deal())


def how_many(random: Random, person: DemoPractitioner) -> int:
    if person.listed_days_ago < 45:
        return random.choice((0, 0, 1))
    return random.choice((0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7)) + (
        4 if person.place.town == "Lyon" and random.random() < 0.5 else 0
    )


@cache
def reviews(seed: int = 2024) -> tuple[DemoReview, ...]:
    random = Random(seed + 1)
    writer = ReviewWriter(random)
    found: list[DemoReview] = []
    for person in practitioners(seed):
        replies_often = random.random() < 0.35
        told: set[str] = set()
        for _ in range(how_many(random, person)):
            service = random.choice(person.services)
            rating = rating_around(random, person.quality)
            author_sex, author = writer.author()
            text = agree(by_author(writer.text(rating, service), author_sex), person.sex)
            if text in told:
                continue
            told.add(text)
            happened = random.randint(4, min(540, person.listed_days_ago - 3))
            published = max(1, happened - random.choice((0, 1, 1, 2, 3, 5, 9)))
            replied = random.random() < (0.6 if replies_often else 0.06) or (rating <= 3 and random.random() < 0.5)
            found.append(
                DemoReview(
                    practitioner=person.key,
                    author=author,
                    rating=rating,
                    text=text,
                    service=service.name,
                    mode=service.mode,
                    happened_days_ago=happened,
                    published_days_ago=published,
                    reply=agree(writer.reply(rating), person.sex) if replied else "",
                    replied_days_ago=max(0, published - random.randint(1, 4)) if replied else None,
                )
            )
    return tuple(found)
