"""`/espace-praticien/…`: group sessions, series, waiting list."""

from django.urls import path

from booking.views.office import groups

urlpatterns = [
    path("seances-de-groupe/", groups.sessions, name="groups"),
    path("seances-de-groupe/nouvelle/", groups.new, name="group_new"),
    path("seances-de-groupe/<int:pk>/", groups.show, name="group"),
    path("seances-de-groupe/<int:pk>/places/", groups.seats, name="group_seats"),
    path("seances-de-groupe/<int:pk>/presences/", groups.came, name="group_came"),
    path("seances-de-groupe/<int:pk>/annuler/", groups.cancel, name="group_cancel"),
]
