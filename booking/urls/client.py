"""`/rendez-vous/…`: booking, and what one does with an appointment afterwards."""

from django.urls import path

from booking.urls import calendars, clients, notified, waiting
from booking.views import appointment, cancelling, intake, moving, my_invoices, my_payments, paying, proposed
from booking.views.flow import check, details, held, times

app_name = "booking"
urlpatterns = [
    *waiting.urlpatterns,
    path("reserver/", times.hold, name="hold"),
    path("payer/<str:token>/", paying.link, name="pay_link"),
    path("communes/", details.communes, name="communes"),
    path("avec/<slug:slug>/", times.choose_service, name="service"),
    path("avec/<slug:slug>/horaires/", times.choose_time, name="time"),
    path("avec/<slug:slug>/choisi/", times.chosen, name="chosen"),
    *calendars.client,
    *clients.client,
    path("<slug:reference>/", appointment.show, name="appointment"),
    path("<slug:reference>/coordonnees/", details.details, name="details"),
    path("<slug:reference>/verifier/", check.check, name="check"),
    path("<slug:reference>/prolonger/", held.extend, name="extend"),
    path("<slug:reference>/liberer/", held.release, name="release"),
    path("<slug:reference>/paiement/", appointment.payment_return, name="payment_return"),
    path("<slug:reference>/reprendre/<str:token>/", paying.resume, name="resume"),
    path("<slug:reference>/recu-<int:attempt>.pdf", my_payments.receipt, name="payment_receipt"),
    path("<slug:reference>/facture-<int:pk>.pdf", my_invoices.of_appointment, name="invoice"),
    path("<slug:reference>/annuler/", cancelling.cancel, name="cancel"),
    path("<slug:reference>/deplacer/", moving.move, name="move"),
    path("<slug:reference>/propositions/", proposed.proposed, name="proposed"),
    path("<slug:reference>/absence/", cancelling.absent, name="absent"),
    path("<slug:reference>/empechement/<str:token>/", cancelling.cannot_come, name="cannot_come"),
    path("<slug:reference>/rendez-vous.ics", appointment.calendar, name="calendar"),
    path("<slug:reference>/reponses/retirer/", intake.withdraw, name="withdraw_answers"),
    *notified.client,
    path("<slug:reference>/acces/<str:token>/", appointment.open_link, name="open"),
]
