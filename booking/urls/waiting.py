"""`/rendez-vous/…`: the waiting list, and repeating a session."""

from django.urls import path

from booking.views import waiting
from booking.views.flow import repeat

urlpatterns = [
    path("avec/<slug:slug>/liste-d-attente/", waiting.register, name="waiting_register"),
    path("liste-d-attente/<str:token>/", waiting.entry, name="waiting_entry"),
    path("liste-d-attente/<str:token>/quitter/", waiting.leave, name="waiting_leave"),
    path("proposition/<str:token>/", waiting.offer, name="waiting_offer"),
    path("<slug:reference>/repeter/", repeat.repeat, name="repeat"),
]
