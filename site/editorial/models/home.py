from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from editorial import listings, structured_data
from editorial.policies.home import HomePermissions
from legal.claims.page_forms import ClaimsPageForm, ClaimsPanel

TITLE = "Trouvez une séance près de chez vous, à un horaire qui vous va."
LEAD = "Des praticiens du bien-être dont les papiers ont été vérifiés, leurs vrais horaires libres, et la réservation en deux minutes."


class HomePage(Page):
    """One promise, one search, one real practitioner with real times."""

    heading = models.CharField(_("promise"), max_length=120, default=TITLE)
    introduction = models.CharField(_("introduction"), max_length=240, default=LEAD)

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "editorial/home_page.html"
    base_form_class = ClaimsPageForm
    content_panels = [
        ClaimsPanel(heading=_("Wording")),
        *Page.content_panels,
        FieldPanel("heading"),
        FieldPanel("introduction"),
    ]

    class Meta:
        verbose_name = _("home page")

    def permissions_for_user(self, user: Any) -> HomePermissions:
        return HomePermissions(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["canonical"] = structured_data.address(self)
        context["schema"] = structured_data.as_script([structured_data.website(self)])
        context.update(listings.for_home())
        context["theme_pages"] = self._theme_pages()
        return context

    def _theme_pages(self) -> list[Page]:
        from editorial.models.themes import ThemePage

        return list(ThemePage.objects.live().select_related("theme").order_by("-first_published_at")[:4])
