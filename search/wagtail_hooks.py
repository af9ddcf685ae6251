"""The search's own words, the introductions of its landing pages, and the number of alerts in the CMS."""

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from practitioners.policies.files import may_operate
from search import cms_urls
from search.landing_cms import LandingIntroViewSet, count_alerts
from search.synonyms_cms import SearchWordsGroup, warn_of_shared_expressions

register_snippet(SearchWordsGroup)
hooks.register("after_create_snippet", warn_of_shared_expressions)
hooks.register("after_edit_snippet", warn_of_shared_expressions)
register_snippet(LandingIntroViewSet)
# Before 1000, where those who own one page lose all the figures of the site.
hooks.register("construct_homepage_summary_items", count_alerts, order=500)


@hooks.register("register_admin_urls")
def index_urls() -> list[object]:
    return [path("", include(cms_urls))]


class IndexItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_operate(request.user)


@hooks.register("register_admin_menu_item")
def index_item() -> MenuItem:
    return IndexItem(
        _("State of the search"), reverse("search_index"), name="search-index", icon_name="search", order=240
    )


@hooks.register("register_admin_menu_item")
def audience_item() -> MenuItem:
    return IndexItem(_("Audience"), reverse("cms_audience"), name="audience", icon_name="view", order=231)
