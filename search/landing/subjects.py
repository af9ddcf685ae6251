"""What a landing page is about: a practice or a theme, found by its present address, a former one, or another of its names."""

from dataclasses import dataclass

from common.text import fold
from practitioners.models import Practice, Theme
from search import terms
from search.models import FormerSlug, LandingPage

Kind = LandingPage.Subject
MODELS: dict[str, type[Practice] | type[Theme]] = {Kind.PRACTICE: Practice, Kind.THEME: Theme}
SECTIONS: dict[str, str] = {Kind.PRACTICE: "/pratiques/", Kind.THEME: "/thematiques/"}
PARAMETERS: dict[str, str] = {Kind.PRACTICE: "pratique", Kind.THEME: "theme"}


@dataclass(frozen=True)
class Subject:
    kind: str
    pk: int
    slug: str
    name: str
    summary: str
    description: str = ""

    @property
    def parameter(self) -> str:
        """Its name in the search's addresses."""
        return PARAMETERS[self.kind]

    @property
    def term(self) -> str:
        """What the entries of those who offer it hold."""
        return (terms.practice if self.kind == Kind.PRACTICE else terms.theme)(self.slug)

    @property
    def section(self) -> str:
        return SECTIONS[self.kind]

    def url(self, place_slug: str = "") -> str:
        return f"{self.section}{self.slug}/{place_slug + '/' if place_slug else ''}"


def of(row: Practice | Theme) -> Subject:
    kind = Kind.PRACTICE if isinstance(row, Practice) else Kind.THEME
    return Subject(kind, row.pk, row.slug, row.name, row.summary, getattr(row, "description", ""))


def find(kind: str, slug: str) -> Subject | None:
    """By the slug in force; else by a former one, by an alias or by the noun. The caller redirects when `slug` is another."""
    model = MODELS[kind]
    row = model._default_manager.filter(slug=slug).first()
    if row is None:
        former = FormerSlug.objects.filter(kind=kind, slug=slug).first()
        row = model._default_manager.filter(pk=former.subject_id).first() if former else None
    return of(row) if row else _by_another_name(model, fold(slug.replace("-", " ")))


def _by_another_name(model: type[Practice] | type[Theme], folded: str) -> Subject | None:
    """A few dozen rows: no index is worth it. Two that bear the name are a doubt, and nothing is guessed."""
    found = [
        row
        for row in model._default_manager.all()
        if folded in {row.folded, fold(getattr(row, "noun", "")), *map(fold, row.aliases)}
    ]
    return of(found[0]) if len(found) == 1 else None
