"""The gazetteer holds places, and nobody."""

from common.privacy import exempt


def register() -> None:
    for model in ("Region", "Department", "Commune"):
        exempt(f"places.{model}", "Découpage administratif publié par l’Insee, sans personne.")
