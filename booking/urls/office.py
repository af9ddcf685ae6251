"""`/espace-praticien/…`: agenda, appointments, hours, sessions offered, online payments."""

from django.urls import path

from booking.views.office import agenda, appointments, hours, payments, services

app_name = "office"
urlpatterns = [
    path("agenda/", agenda.agenda, name="agenda"),
    path("rendez-vous/<slug:reference>/", appointments.show, name="appointment"),
    path("rendez-vous/<slug:reference>/accepter/", appointments.accept, name="accept"),
    path("rendez-vous/<slug:reference>/refuser/", appointments.refuse, name="refuse"),
    path("rendez-vous/<slug:reference>/annuler/", appointments.cancel, name="cancel"),
    path("rendez-vous/<slug:reference>/cloturer/", appointments.close, name="close"),
    path("horaires/", hours.hours, name="hours"),
    path("horaires/fermetures/", hours.add_closure, name="add_closure"),
    path("horaires/ouvertures/", hours.open_once, name="open_once"),
    path("horaires/exceptions/<slug:kind>/<int:pk>/retirer/", hours.remove_exception, name="remove_exception"),
    path("horaires/reglages/", hours.save_settings, name="save_settings"),
    path("seances/", services.services, name="services"),
    path("seances/nouvelle/", services.edit, name="service_new"),
    path("seances/<int:pk>/", services.edit, name="service_edit"),
    path("seances/<int:pk>/retirer/", services.archive, name="service_archive"),
    path("paiements/", payments.status, name="payments"),
    path("paiements/commencer/", payments.start, name="payments_start"),
]
