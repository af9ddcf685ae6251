"""The CMS in the colours of the site, the desk of the letters, and the table of who may what."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from editorial import cms_urls
from editorial.views.cms_letters import may_write
from editorial.views.who_may import is_team


@hooks.register("insert_global_admin_css")
def brand() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/pages/cms.css"))


@hooks.register("register_admin_urls")
def letter_urls() -> list[object]:
    return [path("", include(cms_urls))]


class TeamItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return is_team(request.user)


@hooks.register("register_admin_menu_item")
def who_may_item() -> MenuItem:
    return TeamItem(_("Who may what"), reverse("who_may"), name="who-may", icon_name="group", order=890)


class LettersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_write(request.user)


@hooks.register("register_admin_menu_item")
def letters_item() -> MenuItem:
    return LettersItem(_("Letters"), reverse("letter_desk"), name="letters", icon_name="mail", order=220)
