"""Practices and themes."""

from common.text import fold
from demo.content import load
from practitioners.models import Practice, Theme


def practices() -> dict[str, Practice]:
    Practice.objects.bulk_create(
        Practice(
            slug=row.slug,
            name=row.name,
            noun=row.noun_female,
            aliases=list(dict.fromkeys([row.noun_male, row.noun_female, *row.aliases])),
            summary=row.summary,
            description="\n\n".join(row.description),
            folded=fold(row.name),
        )
        for row in load.practices()
    )
    return {practice.slug: practice for practice in Practice.objects.all()}


def themes(by_slug: dict[str, Practice]) -> dict[str, Theme]:
    for row in load.themes():
        theme = Theme.objects.create(slug=row.slug, name=row.name, summary=row.summary[:300], folded=fold(row.name))
        theme.practices.set([by_slug[slug] for slug in row.practices])
    return {theme.slug: theme for theme in Theme.objects.all()}
