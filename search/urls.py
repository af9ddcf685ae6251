from django.urls import URLPattern, URLResolver, path

from search.views import alerts, results
from search.views import map as map_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", results.search, name="search"),
    path("carte/", map_views.page, name="search_map"),
    path("carte/points/", map_views.points, name="search_map_points"),
    path("carte/communes/", map_views.towns_in_view, name="search_map_towns"),
    path("alertes/", alerts.new, name="search_alert_new"),
    path("alertes/envoyee/", alerts.asked, name="search_alert_asked"),
    path("alertes/<str:token>/", alerts.one, name="search_alert"),
    path("alertes/<str:token>/arreter/", alerts.stop, name="search_alert_stop"),
    path("classement/", results.ranking_explained, name="search_ranking"),
]
