from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class HomePage(Page):
    max_count = 1
    template = "editorial/home_page.html"

    class Meta:
        verbose_name = _("home page")
