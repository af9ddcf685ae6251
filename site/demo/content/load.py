"""Read the TOML files of this folder into the dataclasses of `shapes`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from demo.content.shapes import (
    FAQ,
    Block,
    DemoArticle,
    DemoPractice,
    DemoTheme,
    DemoTown,
    LegalArticle,
    LegalDocument,
    LegalTranslation,
    LegalVersion,
)

FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """One TOML file of data/, as written."""
    return tomllib.loads((FOLDER / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def folder(name: str) -> list[dict[str, Any]]:
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / name).glob("*.toml"))]


def questions(rows: list[dict[str, str]]) -> tuple[FAQ, ...]:
    return tuple(FAQ(row["q"], row["a"]) for row in rows)


@cache
def practices() -> tuple[DemoPractice, ...]:
    return tuple(
        DemoPractice(
            slug=row["slug"],
            name=row["name"],
            noun_male=row["nouns"][0],
            noun_female=row["nouns"][1],
            aliases=tuple(row["aliases"]),
            group=row["group"],
            summary=row["short"],
            description=tuple(row["long"]),
            themes=tuple(row["themes"]),
            duration_minutes=(min(s["min"] for s in row["services"]), max(s["min"] for s in row["services"])),
            price_cents=(
                min(s["price"] for s in row["services"]) * 100,
                max(s["price"] for s in row["services"]) * 100,
            ),
        )
        for row in table("practices")["practice"]
    )


@cache
def towns() -> tuple[DemoTown, ...]:
    return tuple(
        DemoTown(
            name=row["name"],
            spots=tuple((insee, postal_code) for insee, postal_code in row["spots"]),
            people=row["people"],
            timezone=row.get("timezone", "Europe/Paris"),
        )
        for row in table("towns")["towns"]
    )


def block(row: dict[str, Any]) -> Block:
    return Block(
        kind=row["kind"],
        title=row.get("title", ""),
        paragraphs=tuple(row.get("text", ())),
        items=tuple(row.get("items", ())),
        faq=questions(row.get("faq", [])),
        author=row.get("author", ""),
        sources=tuple((publisher, title, year) for publisher, title, year in row.get("sources", ())),
    )


@cache
def themes() -> tuple[DemoTheme, ...]:
    by_theme = {
        row["slug"]: tuple(practice.slug for practice in practices() if row["slug"] in practice.themes)
        for row in folder("themes")
    }
    return tuple(
        DemoTheme(
            slug=row["slug"],
            name=row["name"],
            title=row["title"],
            summary=row["summary"],
            seo_description=row["seo"],
            practices=by_theme[row["slug"]],
            author=row["author"],
            reviewer=row["reviewer"],
            reviewed_days_ago=row["reviewed"],
            blocks=tuple(block(item) for item in row["block"]),
        )
        for row in folder("themes")
    )


@cache
def articles() -> tuple[DemoArticle, ...]:
    return tuple(
        DemoArticle(
            slug=row["slug"],
            title=row["title"],
            summary=row["summary"],
            author=row["author"],
            published_days_ago=row["days_ago"],
            theme=row["theme"],
            blocks=tuple(block(item) for item in row["block"]),
        )
        for row in folder("articles")
    )


def legal_articles(version: dict[str, Any], before: dict[str, LegalArticle]) -> tuple[LegalArticle, ...]:
    """The articles of a version; `same = "key"` takes one over from the version before, word for word."""
    found = []
    for row in version["article"]:
        if "same" in row:
            old = before[row["same"]]
            found.append(LegalArticle(old.key, old.title, old.paragraphs))
        else:
            found.append(LegalArticle(row["key"], row["title"], tuple(row["text"]), row.get("why", "")))
    return tuple(found)


@cache
def legal_documents() -> tuple[LegalDocument, ...]:
    found = []
    for row in folder("legal"):
        versions: list[LegalVersion] = []
        before: dict[str, LegalArticle] = {}
        for version in row["version"]:
            texts = legal_articles(version, before)
            if not row["kind"].startswith("practitioner-"):
                # Whoever reads the text must know that no lawyer has approved it.
                texts = (*texts, LegalArticle("statut", "Statut de ce texte", (row["intro"],)))
            before = {article.key: article for article in texts}
            versions.append(
                LegalVersion(
                    number=version["number"],
                    published_days_ago=version["published"],
                    effective_days_ago=version["effective"],
                    mode=version["mode"],
                    notice_days=version.get("notice", 0),
                    summary=tuple(version["summary"]),
                    articles=texts,
                )
            )
        found.append(LegalDocument(row["kind"], row["slug"], row["title"], row["intro"], tuple(versions)))
    return tuple(found)


@cache
def legal_translations() -> tuple[LegalTranslation, ...]:
    return tuple(
        LegalTranslation(
            row["kind"],
            row["version"],
            row["title"],
            tuple(row["summary"]),
            {key: LegalArticle(key, each["title"], tuple(each["text"])) for key, each in row["article"].items()},
        )
        for row in folder("legal_en")
    )
