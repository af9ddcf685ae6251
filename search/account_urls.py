"""`/compte/favoris/`: practitioners whom a client saved; `/compte/alertes/`: what one is told by e-mail."""

from django.urls import path

from search.views import alerts, favourites

urlpatterns = [
    path("alertes/", alerts.mine, name="search_alerts_mine"),
    path("alertes/<int:pk>/arreter/", alerts.stop_mine, name="search_alert_stop_mine"),
    path("favoris/", favourites.mine, name="favourites"),
    path("favoris/<int:practitioner_id>/", favourites.change, name="favourite"),
]
