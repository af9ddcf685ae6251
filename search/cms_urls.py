"""The search in the CMS."""

from django.urls import path, re_path

from search.views import audience, cms_index

urlpatterns = [
    path("audience/", audience.site, name="cms_audience"),
    path("recherche/", cms_index.status, name="search_index"),
    re_path(r"^recherche/(?P<work>verifier|reconstruire)/$", cms_index.ask, name="search_index_ask"),
]
