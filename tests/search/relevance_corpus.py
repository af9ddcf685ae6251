"""Forty practitioners of a small directory, written by hand: who a person expects to find is then a matter of judgement."""

import datetime as dt
from typing import Any

from places.models import Commune
from practitioners.models import Practice, Theme
from search.facts import Facts, Point
from search.ranking import Standing

LYON, LYON_3, VILLEURBANNE, BORDEAUX, PARIS, PARIS_11 = "69123", "69383", "69266", "33063", "75056", "75111"
MARSEILLE, AIX, TOURS, LILLE, NANTES, RENNES = "13055", "13001", "37261", "59350", "44109", "35238"
SAINT_ETIENNE, LA_ROCHELLE, TOULOUSE, STRASBOURG = "42218", "17300", "31555", "67482"
REUNION, AJACCIO, LE_MANS, VIENNE = "97411", "2A004", "72181", "38544"

# first name, last name, practices, themes, ways to meet, town, home radius, what the page and its services say
PEOPLE = [
    ("Claire", "Marseille", "sophrologie", "stress sommeil", "cabinet visio", LYON, 0, "Sophrologie pour adultes et adolescents"),
    ("Rose", "Tours", "naturopathie", "mieux-manger", "cabinet", BORDEAUX, 0, "Bilan de naturopathie"),
    ("Julien", "Martin", "osteopathie", "douleurs-du-quotidien sport-recuperation", "cabinet", BORDEAUX, 0, "Séance d’ostéopathie"),
    ("Sophie", "Martin", "osteopathie", "maternite", "cabinet", LYON_3, 0, "Ostéopathie pour nourrissons"),
    ("Nadia", "Benali", "hypnose", "arreter-de-fumer confiance-en-soi", "cabinet visio", LYON_3, 0, "Hypnose ericksonienne"),
    ("Paul", "Durand", "hypnose", "stress emotions", "cabinet visio", PARIS_11, 0, "Hypnose et phobies"),
    ("Élodie", "Petit", "massage-bien-etre", "massage-detente", "cabinet domicile", BORDEAUX, 20, "Massage suédois, massage prénatal"),
    ("Karine", "Roux", "massage-drainant", "massage-detente maternite", "cabinet", LYON, 0, "Pour des jambes légères"),
    ("Mei", "Chen", "shiatsu", "massage-detente stress", "cabinet", PARIS, 0, "Séance de shiatsu au sol"),
    ("Anne-Marie", "Le Goff", "reflexologie-plantaire", "sommeil", "cabinet", RENNES, 0, "Un moment pour soi"),
    ("Fatima", "Haddad", "yoga", "maternite", "cabinet", VILLEURBANNE, 0, "Yoga prénatal, petits groupes"),
    ("Hugo", "Lefèvre", "yoga", "seniors", "cabinet", LA_ROCHELLE, 0, "Yoga sur chaise"),
    ("Chloé", "Bernard", "yoga meditation-pleine-conscience", "stress", "visio", TOULOUSE, 0, "Yoga et méditation du matin"),
    ("Marc", "Fontaine", "coaching-de-vie", "confiance-en-soi", "cabinet visio", PARIS, 0, "Prise de parole en public"),
    ("Inès", "Moreau", "coaching-de-vie", "concentration", "cabinet", LILLE, 0, "Préparation aux examens et concours"),
    ("Léa", "Garnier", "kinesiologie", "emotions concentration", "cabinet", NANTES, 0, "Enfants et adolescents, difficultés scolaires"),
    ("Yves", "Lambert", "reiki", "emotions", "cabinet", SAINT_ETIENNE, 0, "Séance de reiki"),
    ("Océane", "Hoarau", "naturopathie", "sommeil mieux-manger", "cabinet visio", REUNION, 0, "Naturopathie tropicale"),
    ("Pascale", "Leroy", "aromatherapie", "sommeil stress", "cabinet", STRASBOURG, 0, "Choisir ses huiles"),
    ("Bruno", "Colonna", "relaxation", "stress", "cabinet", AJACCIO, 0, "Relaxation au bord de la mer"),
    ("Diane", "Faure", "eft", "emotions stress", "cabinet visio", AIX, 0, "Deuil et séparation"),
    ("Thomas", "Girard", "pilates", "sport-recuperation douleurs-du-quotidien", "cabinet", MARSEILLE, 0, "Pilates au sol"),
    ("Julie", "Bach", "qi-gong", "seniors", "cabinet", NANTES, 0, "Cours en plein air"),
    ("Olivier", "Meunier", "fleurs-de-bach", "emotions", "cabinet", MARSEILLE, 0, "Choisir ses élixirs"),
    ("Sarah", "Cohen", "art-therapie", "confiance-en-soi", "cabinet", PARIS, 0, "Atelier créatif pour enfants"),
    ("Gabriel", "Roche", "musicotherapie", "seniors", "cabinet", LA_ROCHELLE, 0, "Bols tibétains"),
    ("Manon", "Perrin", "danse-therapie", "confiance-en-soi emotions", "cabinet", VILLEURBANNE, 0, "Danser sans miroir"),
    ("Estelle", "Picard", "conseil-alimentation", "mieux-manger", "cabinet visio", LILLE, 0, "Rééquilibrage alimentaire, perte de poids"),
    ("Antoine", "Caron", "osteopathie", "sport-recuperation", "cabinet", LILLE, 0, "Coureurs et cyclistes, course à pied"),
    ("Zoé", "Renaud", "sophrologie", "maternite sommeil", "domicile", LE_MANS, 30, "Préparation à la naissance"),
    ("Kevin", "Blanchard", "feldenkrais", "douleurs-du-quotidien seniors", "cabinet", VIENNE, 0, "Dos et posture"),
    ("Laure", "Dumas", "ayurveda", "massage-detente", "cabinet", BORDEAUX, 0, "Abhyanga"),
    ("Nicolas", "Rey", "tuina", "douleurs-du-quotidien", "cabinet", TOULOUSE, 0, "Séance de tuina"),
    ("Maëlle", "Guérin", "meditation-pleine-conscience", "stress concentration", "cabinet visio", RENNES, 0, "MBSR, charge mentale et burn-out"),
    ("Vincent", "Lyon", "respiration", "stress", "cabinet", LILLE, 0, "Respirer à son rythme"),
    ("Amélie", "Brun", "sylvotherapie", "stress", "cabinet", STRASBOURG, 0, "Une matinée sous les arbres"),
    ("David", "Masson", "tai-chi", "seniors", "cabinet", BORDEAUX, 0, "Cours du jeudi"),
    ("Camille", "Noël", "hypnose sophrologie", "sommeil", "cabinet", BORDEAUX, 0, "Acouphènes et migraines"),
    ("Sylvie", "Texier", "reflexologie-plantaire", "maternite", "cabinet", TOURS, 0, "Ménopause et cycle féminin"),
    ("Patrick", "Adam", "do-in", "stress", "visio", PARIS, 0, "Dix minutes par jour"),
]  # fmt: skip


def people(*, today: dt.date) -> list[Facts]:
    """As `search.projection` would read them, with the catalogue of the demo."""
    practices = {practice.slug: practice for practice in Practice.objects.all()}
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    communes = {
        c.insee: c for c in Commune.objects.select_related("department").filter(pk__in={row[5] for row in PEOPLE})
    }
    return [_facts(n, row, practices, themes, communes[row[5]], today) for n, row in enumerate(PEOPLE, start=1)]


def _facts(
    number: int,
    row: tuple[Any, ...],
    practices: dict[str, Practice],
    themes: dict[str, Theme],
    commune: Commune,
    today: dt.date,
) -> Facts:
    first, last, done, why, modes, _insee, home, text = row
    offered, wanted = [practices[slug] for slug in done.split()], [themes[slug] for slug in why.split()]
    receives = modes != "domicile"
    return Facts(
        standing=Standing(
            online=True, score=45, completeness=100 - number, partner=False, listed_on=today, practitioner_id=number
        ),
        names=(first, last),
        texts=(
            *text.split(", "),
            *(word for practice in offered for word in (practice.name, practice.noun, *practice.aliases)),
            *(word for theme in wanted for word in (theme.name, *theme.aliases)),
            f"{commune.label} {commune.department.name}",
        ),
        practices=tuple(done.split()),
        themes=tuple(sorted(why.split())),
        modes=tuple(modes.split()),
        languages=("fr",),
        points=(Point(commune.latitude, commune.longitude, commune.label, receives=receives),),
        home_radius_km=home,
        departments=frozenset([commune.department_id]),
        regions=frozenset([commune.department.region_id]),
        card={"name": f"{first} {last}", "slug": first.lower()},
    )


def first_names() -> dict[int, str]:
    return {number: row[0] for number, row in enumerate(PEOPLE, start=1)}
