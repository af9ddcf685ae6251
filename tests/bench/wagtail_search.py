# ruff: noqa: T201 (a script: its output is its purpose)
"""Wagtail's own database search on the corpus that is loaded, beside ours: `python tests/bench/wagtail_search.py`.

A page and an entry of Wagtail's index are written for each entry, with the same words, in a transaction that is rolled back.
Both are asked the same words; Wagtail for an exact count and the first 20 by its relevance, ours for that and every facet count.
"""

import statistics

from django.db import connection, transaction
from figures import Questions, keep, milliseconds, show
from wagtail.models import Locale
from wagtail.search.backends import get_search_backend

from practitioners.models import ProfilePage
from search.finding import find
from search.models import SearchEntry
from search.query import Query

FIRST_PAGE = 10_000_000
# Words of Wagtail's index are folded and not stemmed ('simple'): names, headline, practices, themes, town.
WORDS = (
    "concat_ws(' ', card->>'name', card->>'headline', card->>'practices', replace((card->'facets'->'theme')::text, '-', ' '), "
    "card->>'place', card->'service'->>'name')"
)
PAGES = f"""
INSERT INTO wagtailcore_page (id, path, depth, numchild, title, slug, live, has_unpublished_changes, url_path, seo_title,
    show_in_menus, search_description, expired, content_type_id, locked, draft_title, translation_key, locale_id)
SELECT {FIRST_PAGE} + practitioner_id, 'bench' || practitioner_id, 3, 0, card->>'name', card->>'slug', true, false, '/', '', false, '',
    false, %(type)s, false, card->>'name', gen_random_uuid(), %(locale)s FROM search_searchentry
"""
PROFILES = f"""
INSERT INTO practitioners_profilepage (page_ptr_id, headline, word, approach, gallery, faq, practitioner_id)
SELECT {FIRST_PAGE} + practitioner_id, left(card->>'headline', 140), '', '', '[]', '[]', practitioner_id FROM search_searchentry
"""
ENTRIES = f"""
INSERT INTO wagtailsearch_indexentry (object_id, title_norm, content_type_id, autocomplete, title, body, title_text, body_text)
SELECT ({FIRST_PAGE} + practitioner_id)::text, 1.0, %(type)s, '', to_tsvector('simple', card->>'name'),
    to_tsvector('simple', {WORDS}), '', '' FROM search_searchentry
"""


def write() -> None:
    from django.contrib.contenttypes.models import ContentType  # After `figures` has set Django up.

    values = {"type": ContentType.objects.get_for_model(ProfilePage).pk, "locale": Locale.objects.get().pk}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (PAGES, PROFILES, ENTRIES):
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE wagtailcore_page, practitioners_profilepage, wagtailsearch_indexentry")


def theirs(query: Query) -> int:
    """As in Wagtail's manual: what is live, found by all the words."""
    text = query.text + (f" {query.place.label.split(' (')[0]}" if query.place else "")
    found = get_search_backend().search(text, ProfilePage.objects.live(), operator="and")
    len(found[:20])
    return found.count()


def main() -> None:
    with transaction.atomic():
        write()
        print(f"{SearchEntry.objects.count()} entries and as many pages")
        ratios = []
        for kind, count in (("keyword", 15), ("keyword + town", 15)):
            asked = Questions().of(kind, count)
            for query in asked:
                find(query)
            ours = [milliseconds(lambda query=query: find(query)) for query in asked]  # type: ignore[misc]
            wagtail = [milliseconds(lambda query=query: theirs(query)) for query in asked]  # type: ignore[misc]
            show(f"{kind}, ours", ours)
            show(f"{kind}, Wagtail's", wagtail)
            ratios.append(sum(wagtail) / sum(ours))
            print(
                f"{kind}: {ratios[-1]:.1f} × in all, {statistics.median(wagtail) / statistics.median(ours):.1f} × in the middle"
            )
        keep("wagtail / ours", min(ratios))
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
