"""The practitioners of the demo: drawn from the texts of data/, the same for the same seed."""

import re
import unicodedata
from functools import cache
from random import Random
from typing import Any

from demo.content import identifiers
from demo.content.hours import opening_rules
from demo.content.load import questions, table, towns
from demo.content.offers import services_of
from demo.content.shapes import DemoPlace, DemoPractitioner, DemoRefund, DemoTown, DemoTraining

REFUNDS = (
    (DemoRefund(24, 100),),
    (DemoRefund(48, 100),),
    (DemoRefund(48, 100), DemoRefund(24, 50)),
    (DemoRefund(72, 100), DemoRefund(24, 50)),
    (DemoRefund(12, 100),),
)
LANGUAGES = (
    ("fr",),
    ("fr",),
    ("fr",),
    ("fr", "en"),
    ("fr", "en"),
    ("fr", "en", "es"),
    ("fr", "es"),
    ("fr", "it"),
    ("fr", "ar"),
)
REGIONAL = {
    "Saint-Denis": "rcf",
    "Strasbourg": "de",
    "Mulhouse": "de",
    "Colmar": "de",
    "Fort-de-France": "gcf",
    "Les Abymes": "gcf",
}
METHODS = (
    ("card", "cash"),
    ("card", "cash", "cheque"),
    ("cash", "cheque", "transfer"),
    ("card",),
    ("card", "transfer"),
    ("cash", "cheque"),
)
LEGAL_FORMS = (
    ("Entreprise individuelle (micro-entreprise)", None),
    ("Entreprise individuelle", None),
    ("EURL", 100_000),
    ("SASU", 50_000),
)


def slugify(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")


def agree(text: str, sex: str, **values: object) -> str:
    """Choose {masculine|feminine} and fill {year} and {town}."""
    text = re.sub(r"\{([^{}|]*)\|([^{}|]*)\}", lambda match: match[2 if sex == "f" else 1], text)
    return text.format(**values)


class Deck:
    """Deals every card before any comes back, so that neighbours do not repeat one another."""

    def __init__(self, random: Random, cards: list[Any]) -> None:
        self.random = random
        self.cards = list(cards)
        self.left: list[Any] = []

    def deal(self) -> Any:
        if not self.left:
            self.left = self.random.sample(self.cards, len(self.cards))
        return self.left.pop()


class Decks:
    def __init__(self, random: Random) -> None:
        texts, names, ground = table("people"), table("names"), table("towns")
        self.practice_rows = {row["slug"]: row for row in table("practices")["practice"]}
        self.first = {"f": Deck(random, names["women"]), "m": Deck(random, names["men"])}
        self.last = Deck(random, names["last"])
        self.texts = {name: Deck(random, texts[name]) for name in ("before", "place", "video", "close", "schools")}
        self.word = {slug: Deck(random, row["words"]) for slug, row in self.practice_rows.items()}
        self.headline = {slug: Deck(random, row["headlines"]) for slug, row in self.practice_rows.items()}
        self.approach = {group: Deck(random, rows) for group, rows in texts["approach"].items()}
        self.street, self.access = Deck(random, ground["streets"]), Deck(random, ground["access"])
        weighted = [slug for slug, row in self.practice_rows.items() for _ in range(row["weight"])]
        self.practice = Deck(random, weighted)

    def room(self, town: DemoTown) -> str:
        """A sentence about the place; nobody lights a stove in Cayenne."""
        sentence = str(self.texts["place"].deal())
        while town.timezone != "Europe/Paris" and re.search("poêle|chauff|hiver|tilleul|eizième|seize", sentence):
            sentence = str(self.texts["place"].deal())
        return sentence


def place_in(random: Random, decks: Decks, town: DemoTown, rank: int) -> DemoPlace:
    insee, postal_code = town.spots[rank % len(town.spots)]
    access = decks.access.deal()
    return DemoPlace(
        town=town.name,
        insee=insee,
        postal_code=postal_code,
        street=f"{random.randint(1, 46)} {decks.street.deal()}",
        complement=access["complement"],
        access=access["text"],
        step_free=access["step_free"],
        transport=access["transport"],
        door_code=random.choice(("", "", f"{random.randint(10, 99)}A{random.randint(10, 99)}")),
        timezone=town.timezone,
    )


def trainings_of(random: Random, decks: Decks, rows: list[dict[str, Any]], year: int) -> tuple[DemoTraining, ...]:
    """The certificate of every practice first, then sometimes a later course in the main one."""
    school = decks.texts["schools"]
    found = [
        DemoTraining(row["slug"], row["trainings"][0], min(year + rank * 2, 2025), school.deal())
        for rank, row in enumerate(rows)
    ]
    if len(rows[0]["trainings"]) > 1 and random.random() < 0.5:
        later = random.choice(rows[0]["trainings"][1:])
        found.append(DemoTraining(rows[0]["slug"], later, min(year + random.randint(1, 6), 2025), school.deal()))
    return tuple(found)


def person(
    random: Random, decks: Decks, rank: int, town: DemoTown, rank_in_town: int, main: str, taken: set[str]
) -> DemoPractitioner:
    sex = "f" if random.random() < 0.72 else "m"
    first, last = decks.first[sex].deal(), decks.last.deal()
    while slugify(f"{first} {last}") in taken:
        last = decks.last.deal()
    key = slugify(f"{first} {last}")
    taken.add(key)
    main_row = decks.practice_rows[main]
    others = [
        slug
        for slug, row in decks.practice_rows.items()
        if slug != main and row["group"] == main_row["group"] and not row.get("solo") and not main_row.get("solo")
    ]
    practice_slugs = (main, *random.sample(others, min(len(others), random.choice((0, 0, 0, 1, 1, 2)))))
    rows = [decks.practice_rows[slug] for slug in practice_slugs]
    # Where the demo's story happens (Lyon, sophrologie), everything can be booked and paid.
    showcase = town.name == "Lyon" and main == "sophrologie"
    online = showcase or random.random() > 0.15
    at_a_distance = all("v" in service["at"] for service in main_row["services"][:2])
    receives = showcase or not (at_a_distance and random.random() < 0.2)
    radius = random.choice((5, 10, 20, 30)) if receives and random.random() < 0.3 else None
    year = random.randint(2004, 2023)
    sentences = [
        decks.texts["before"].deal(),
        decks.word[main].deal(),
        decks.room(town) if receives else decks.texts["video"].deal(),
    ]
    if main == "sylvotherapie":
        sentences.pop()
    thin = not showcase and random.random() < 0.08
    if thin:
        sentences = [sentences[1]]
    elif random.random() < 0.8:
        sentences.append(decks.texts["close"].deal())
    word = "\n\n".join(agree(sentence, sex, year=year, town=town.name) for sentence in sentences)
    themes = list(dict.fromkeys(slug for row in rows for slug in row["themes"]))
    kept = [slug for index, slug in enumerate(themes) if index < 2 or random.random() < 0.5][:5]
    siret = identifiers.siret(101 + rank * 7)
    legal_form, capital = random.choice(LEGAL_FORMS) if random.random() < 0.45 else LEGAL_FORMS[0]
    mediator = random.choice(table("people")["mediators"])
    languages = list(random.choice(LANGUAGES))
    if town.name in REGIONAL and REGIONAL[town.name] not in languages:
        languages.append(REGIONAL[town.name])
    common = random.sample(table("people")["faq"], random.randint(1, 2))
    own = random.sample(main_row["faq"], min(len(main_row["faq"]), random.randint(1, 2)))
    return DemoPractitioner(
        key=key,
        first_name=first,
        last_name=last,
        sex=sex,
        email=f"{key}@praticiens.example",
        phone=identifiers.phone(rank + 1),
        noun=main_row["nouns"][1 if sex == "f" else 0],
        headline=decks.headline[main].deal(),
        word=word,
        approach="" if thin else decks.approach[main_row.get("manner", main_row["group"])].deal(),
        practices=practice_slugs,
        themes=tuple(kept),
        services=services_of(
            random, rows, receives=receives, visits=radius is not None, online=online, showcase=showcase
        ),
        languages=tuple(languages),
        payment_methods=random.choice(METHODS) if receives else ("card", "transfer"),
        home_radius_km=radius,
        place=place_in(random, decks, town, rank_in_town),
        receives_at_place=receives,
        faq=() if thin else questions(own + common),
        trainings=trainings_of(random, decks, rows, year),
        insurer=random.choice(table("people")["insurers"]),
        insurance_number=f"RCP-{random.randint(100000, 999999)}",
        insurance_in_days=random.choice((6, 24, 58, 96, 140, 171, 203, 260, 310, 340)),
        mediator=mediator["name"],
        mediator_contact=f"{mediator['url']}, {mediator['address']}",
        legal_form=legal_form,
        capital_cents=capital,
        siret=siret,
        vat_number=identifiers.vat_number(siret) if capital else "",
        opening=opening_rules(random),
        refunds=random.choice(REFUNDS),
        notice_hours=random.choice((2, 4, 12, 24, 24)),
        horizon_days=random.choice((30, 45, 60, 60, 90)),
        online_booking=online,
        partner_software=random.random() < 0.06,
        listed_days_ago=random.randint(12, 1400),
        has_portrait=not thin and random.random() < 0.86,
        quality=min(5.0, random.gauss(4.6, 0.22)),
        busy=random.uniform(0.25, 0.75),
    )


def main_practices(decks: Decks, town: DemoTown) -> list[str]:
    dealt = [decks.practice.deal() for _ in range(town.people)]
    # A visitor who types « sophrologie » near « Lyon » must have a choice.
    return ["sophrologie"] * 6 + dealt[6:] if town.name == "Lyon" else dealt


@cache
def practitioners(seed: int = 2024) -> tuple[DemoPractitioner, ...]:
    random = Random(seed)
    decks = Decks(random)
    taken: set[str] = set()
    found: list[DemoPractitioner] = []
    for town in towns():
        for rank_in_town, main in enumerate(main_practices(decks, town)):
            found.append(person(random, decks, len(found), town, rank_in_town, main, taken))
    return tuple(found)
