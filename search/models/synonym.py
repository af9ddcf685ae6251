"""What the search takes for the same: groups of expressions kept by editors, every change of them a version."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

from search import terms

MAX_EXPRESSIONS = 40
MAX_CHARACTERS = 80
MAX_WORDS = 6
NO_NUL = ProhibitNullCharactersValidator()


def lines_of(text: str) -> list[str]:
    """One expression a line, without blank lines; what is written twice counts once."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


class SynonymGroup(PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """Either all expressions mean the same, or these also find those: `insomnie` finds `sommeil`, not the reverse.

    `key` and `shipped` belong to the groups that come with the software (`search.actions.synonyms`).
    """

    class Direction(models.TextChoices):
        SAME = "same", gettext_lazy("All these expressions mean the same")
        ALSO = "also", gettext_lazy("These expressions also find those below, not the reverse")

    direction = models.CharField(
        gettext_lazy("direction"), max_length=10, choices=Direction.choices, default=Direction.SAME
    )
    expressions = models.TextField(
        gettext_lazy("expressions"),
        max_length=MAX_EXPRESSIONS * (MAX_CHARACTERS + 2),
        help_text=gettext_lazy(
            "As people type them, one a line. Capitals, accents, plurals and hyphens do not matter."
        ),
    )
    also_finds = models.TextField(
        gettext_lazy("also find"),
        max_length=MAX_EXPRESSIONS * (MAX_CHARACTERS + 2),
        blank=True,
        help_text=gettext_lazy(
            "Only for the second direction, one a line. The name of a practice or of a theme finds all who offer it."
        ),
    )
    note = models.TextField(
        gettext_lazy("note"), max_length=1000, blank=True, help_text=gettext_lazy("Why, for the team. Never shown.")
    )
    trials = models.TextField(
        gettext_lazy("searches to try"),
        max_length=2000,
        blank=True,
        help_text=gettext_lazy("For the preview, one a line. The expressions themselves are always tried."),
    )
    key = models.CharField(max_length=MAX_CHARACTERS, unique=True, null=True, editable=False)
    shipped = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField(gettext_lazy("updated"), auto_now=True)

    class Meta:
        verbose_name = gettext_lazy("synonym group")
        verbose_name_plural = gettext_lazy("synonym groups")
        ordering = ["expressions", "pk"]

    def __str__(self) -> str:
        first = lines_of(self.expressions)
        return ", ".join(first[:3]) + (" …" if len(first) > 3 else "")

    @property
    def asked(self) -> list[str]:
        return lines_of(self.expressions)

    @property
    def found(self) -> list[str]:
        """What an expression of the group also finds."""
        return self.asked if self.direction == self.Direction.SAME else lines_of(self.also_finds)

    @property
    def relation(self) -> str:
        """For the list: what the expressions mean, in one line."""
        return _("the same") if self.direction == self.Direction.SAME else "→ " + ", ".join(self.found)

    def clean(self) -> None:
        super().clean()
        problems: dict[str, list[str]] = {}
        self.expressions = self._sound("expressions", problems)
        self.also_finds = self._sound("also_finds", problems)
        if not problems:
            self._check_direction(problems)
        if problems:
            raise ValidationError(problems)

    def _sound(self, field: str, problems: dict[str, list[str]]) -> str:
        lines = lines_of(getattr(self, field))
        found = [message for line in lines if (message := _problem_of(line))]
        if len(lines) > MAX_EXPRESSIONS:
            found.append(_("At most %(n)s expressions in a group: make two groups.") % {"n": MAX_EXPRESSIONS})
        if found:
            problems[field] = found
        return "\n".join(lines)

    def _check_direction(self, problems: dict[str, list[str]]) -> None:
        asked = self.asked
        if not asked:
            problems["expressions"] = [_("Write at least one expression.")]
        elif self.direction == self.Direction.SAME:
            if self.also_finds:
                message = _("Leave this empty, or choose the second direction.")
                problems["also_finds"] = [message]
            if len(asked) == 1:
                problems["expressions"] = [_("One expression alone changes nothing: write at least two, one a line.")]
            elif len({frozenset(terms.tokens(line)) for line in asked}) == 1:
                problems["expressions"] = [
                    _("These expressions are already the same for the search (capitals, accents, plurals).")
                ]
        elif not self.also_finds:
            problems["also_finds"] = [_("Write what these expressions also find, one a line.")]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return TemplateResponse(request, "search/cms/synonym_preview.html", {"group": self})


def _problem_of(line: str) -> str:
    shown = {"line": line[:MAX_CHARACTERS]}
    if len(line) > MAX_CHARACTERS:
        return _("“%(line)s…” is too long: 80 characters at most.") % shown
    tokens = terms.tokens(line)
    if not tokens:
        return _("“%(line)s” holds no word that the search keeps.") % shown
    if len(tokens) > MAX_WORDS:
        return _("“%(line)s” has too many words: nobody types that.") % shown
    return ""


class SampleSearch(models.Model):
    """A search that editors want to see unharmed: each change of synonyms is tried on all of them before it goes live."""

    text = models.CharField(gettext_lazy("search"), max_length=200, unique=True, validators=[NO_NUL])

    class Meta:
        verbose_name = gettext_lazy("sample search")
        verbose_name_plural = gettext_lazy("sample searches")
        ordering = ["text"]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text = " ".join(self.text.split())
        super().save(*args, **kwargs)


class LexiconStamp(models.Model):
    """One row, renewed by triggers at every change of a practice, a theme, a group or an area: what is compiled of them is then old."""

    version = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.version)
