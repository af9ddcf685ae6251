"""`/rendez-vous/…`: booking, and what one does with an appointment afterwards."""

from django.urls import path

from booking.views import appointment, flow

app_name = "booking"
urlpatterns = [
    path("reserver/", flow.hold, name="hold"),
    path("avec/<slug:slug>/", flow.choose_service, name="service"),
    path("avec/<slug:slug>/horaires/", flow.choose_time, name="time"),
    path("<slug:reference>/", appointment.show, name="appointment"),
    path("<slug:reference>/coordonnees/", flow.details, name="details"),
    path("<slug:reference>/verifier/", flow.check, name="check"),
    path("<slug:reference>/prolonger/", flow.extend, name="extend"),
    path("<slug:reference>/liberer/", flow.release, name="release"),
    path("<slug:reference>/paiement/", appointment.payment_return, name="payment_return"),
    path("<slug:reference>/annuler/", appointment.cancel, name="cancel"),
    path("<slug:reference>/rendez-vous.ics", appointment.calendar, name="calendar"),
    path("<slug:reference>/acces/<str:token>/", appointment.open_link, name="open"),
]
