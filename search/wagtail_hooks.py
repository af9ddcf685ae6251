"""The search's own words, the introductions of its landing pages, and the number of alerts in the CMS."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from search.landing_cms import LandingIntroViewSet, count_alerts
from search.synonyms_cms import SearchWordsGroup, warn_of_shared_expressions

register_snippet(SearchWordsGroup)
hooks.register("after_create_snippet", warn_of_shared_expressions)
hooks.register("after_edit_snippet", warn_of_shared_expressions)
register_snippet(LandingIntroViewSet)
# Before 1000, where those who own one page lose all the figures of the site.
hooks.register("construct_homepage_summary_items", count_alerts, order=500)
