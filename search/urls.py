from django.urls import URLPattern, URLResolver, path

from search.views import results

urlpatterns: list[URLPattern | URLResolver] = [
    path("", results.search, name="search"),
    path("classement/", results.ranking_explained, name="search_ranking"),
]
