"""Landing pages: what editors write on them, which of them show somebody, and addresses that moved."""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

from places import canonical, lookup
from practitioners.models import Practice, Theme


class LandingIntro(PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """What stands under the title of a landing page, instead of the sentences made from facts.

    Without a place it is the introduction of the practice's page (a theme has its article there).
    """

    practice = models.ForeignKey(
        Practice, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("practice")
    )
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("theme")
    )
    place = models.CharField(
        _("place"),
        max_length=60,
        blank=True,
        help_text=_(
            "A town, a département or a région: “Lyon (69)”, “69”, “Bretagne”. Empty: the practice’s own page."
        ),
    )
    place_label = models.CharField(_("place"), max_length=90, blank=True, editable=False)
    seo_title = models.CharField(
        _("title for search engines"), max_length=70, blank=True, help_text=_("Empty: made from the subject and place.")
    )
    seo_description = models.CharField(
        _("description for search engines"), max_length=180, blank=True, help_text=_("Empty: made from facts.")
    )
    body = RichTextField(
        _("introduction"),
        features=["bold", "italic", "link", "ul", "ol"],
        help_text=_("What is particular to this practice here. Promise no effect on health."),
    )
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="landing_intro")

    class Meta:
        verbose_name = _("landing page introduction")
        verbose_name_plural = _("landing page introductions")
        ordering = ["practice__folded", "theme__folded", "place_label"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(practice__isnull=True) ^ models.Q(theme__isnull=True), name="intro_of_one_subject"
            ),
            models.UniqueConstraint(
                fields=["practice", "theme", "place"], name="one_intro_a_landing_page", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return " – ".join(filter(None, [str(self.practice or self.theme or ""), self.place_label]))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The landing page itself, with this text; while the form says no page yet, the reason."""
        from search.landing import preview

        return preview.answer(request, self)

    def clean(self) -> None:
        """One subject, and a place in the exact form that addresses have."""
        super().clean()
        if (self.practice is None) == (self.theme is None):
            raise ValidationError(_("Choose a practice or a theme, one of the two."))
        self.place_label = ""
        if not self.place:
            if self.theme:
                raise ValidationError({"place": _("Give a place: without one, the theme has its article.")})
            return
        found = lookup.resolve(self.place)
        if isinstance(found, lookup.Ambiguous):
            names = ", ".join(choice.label for choice in found.choices[:6])
            raise ValidationError({"place": _("Several places have this name: %(names)s.") % {"names": names}})
        if found is None:
            raise ValidationError({"place": _("We do not find this place in France.")})
        found = canonical.canonical(found)
        self.place, self.place_label = found.id, found.label


class LandingPage(models.Model):
    """A practice or a theme in a place where somebody receives: written by a clock task, read by the sitemap and by neighbours.

    `changed_at` is when somebody came or left; `members` stands for who they are. The pages themselves count anew each time.
    """

    class Subject(models.TextChoices):
        PRACTICE = "practice", _("practice")
        THEME = "theme", _("theme")

    class Area(models.TextChoices):
        FRANCE = "france", _("France")
        REGION = "region", _("région")
        DEPARTMENT = "department", _("département")
        COMMUNE = "commune", _("commune")

    kind = models.CharField(max_length=10, choices=Subject.choices)
    subject_id = models.BigIntegerField()
    area = models.CharField(max_length=10, choices=Area.choices)
    code = models.CharField(max_length=5, blank=True)
    people = models.PositiveIntegerField()
    members = models.DecimalField(max_digits=40, decimal_places=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "area", "code"], name="one_landing_page"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.area} {self.code}"


class FormerSlug(models.Model):
    """An address that a practice or a theme had: its pages lead to the present one."""

    kind = models.CharField(max_length=10, choices=LandingPage.Subject.choices)
    slug = models.SlugField(max_length=80)
    subject_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="former_slug_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"
