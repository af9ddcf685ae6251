"""`/espace-praticien/…`: group sessions, series, waiting list."""

from django.urls import path

from booking.views.office import groups, series, waiting

urlpatterns = [
    path("seances-de-groupe/", groups.sessions, name="groups"),
    path("seances-de-groupe/nouvelle/", groups.new, name="group_new"),
    path("seances-de-groupe/<int:pk>/", groups.show, name="group"),
    path("seances-de-groupe/<int:pk>/places/", groups.seats, name="group_seats"),
    path("seances-de-groupe/<int:pk>/presences/", groups.came, name="group_came"),
    path("seances-de-groupe/<int:pk>/annuler/", groups.cancel, name="group_cancel"),
    path("series/nouvelle/", series.new, name="series_new"),
    path("series/<int:pk>/", series.show, name="series"),
    path("series/<int:pk>/fin/", series.end, name="series_end"),
    path("liste-d-attente/", waiting.entries, name="waiting"),
    path("liste-d-attente/<int:pk>/proposer/", waiting.offer, name="waiting_offer"),
    path("liste-d-attente/<int:pk>/retirer/", waiting.remove, name="waiting_remove"),
]
