"""`/espace-praticien/…`: agenda, appointments, hours, sessions offered, online payments."""

from django.urls import path

from booking.urls import calendars, clients, late, notified, office_groups
from booking.views.office import appointments, closures, hours, intake, payments, preview, services, tax, widget
from booking.views.office.agenda import blocks, book, moving, page

app_name = "office"
urlpatterns = [
    path("agenda/", page.agenda, name="agenda"),
    path("agenda/rendez-vous/", book.book_for, name="book_for"),
    path("agenda/clients/", book.find_client, name="find_client"),
    path("agenda/blocages/", blocks.block, name="block"),
    path("agenda/blocages/<int:pk>/", blocks.change, name="block_edit"),
    path("agenda/blocages/<int:pk>/retirer/", blocks.unblock, name="unblock"),
    path("rendez-vous/<slug:reference>/deplacer/", moving.move, name="move"),
    path("rendez-vous/<slug:reference>/", appointments.show, name="appointment"),
    path("rendez-vous/<slug:reference>/accepter/", appointments.accept, name="accept"),
    path("rendez-vous/<slug:reference>/refuser/", appointments.refuse, name="refuse"),
    path("rendez-vous/<slug:reference>/proposer/", appointments.propose, name="propose"),
    path("rendez-vous/<slug:reference>/annuler/", appointments.cancel, name="cancel"),
    path("rendez-vous/<slug:reference>/cloturer/", appointments.close, name="close"),
    *calendars.office,
    *clients.office,
    path("horaires/", hours.hours, name="hours"),
    path("horaires/fermetures/", closures.add_closure, name="add_closure"),
    path("horaires/fermetures/<int:pk>/", closures.closure, name="closure"),
    path("horaires/vacances/", closures.holidays, name="holidays"),
    path("horaires/apercu/", preview.preview, name="preview"),
    path("horaires/ouvertures/", closures.open_once, name="open_once"),
    path("horaires/exceptions/<slug:kind>/<int:pk>/retirer/", closures.remove_exception, name="remove_exception"),
    path("horaires/reglages/", hours.save_settings, name="save_settings"),
    path("seances/", services.services, name="services"),
    path("seances/nouvelle/", services.edit, name="service_new"),
    path("seances/<int:pk>/", services.edit, name="service_edit"),
    path("seances/<int:pk>/retirer/", services.archive, name="service_archive"),
    path("seances/<int:pk>/reprendre/", services.restore, name="service_restore"),
    path("seances/<int:pk>/deplacer/", services.move, name="service_move"),
    path("seances/<int:pk>/questions/", intake.questions, name="service_questions"),
    path("seances/<int:pk>/questions/reglages/", intake.switches, name="service_switches"),
    path("seances/<int:service_pk>/questions/<int:pk>/", intake.edit, name="question"),
    path("seances/<int:service_pk>/questions/<int:pk>/retirer/", intake.remove, name="question_remove"),
    path("seances/<int:service_pk>/questions/<int:pk>/deplacer/", intake.move, name="question_move"),
    path("rendez-vous/<slug:reference>/reponses/", intake.answers, name="answers"),
    *notified.office,
    path("widget/", widget.widget, name="widget"),
    path("paiements/", payments.status, name="payments"),
    path("paiements/commencer/", payments.start, name="payments_start"),
    path("paiements/declaration/", tax.tax, name="tax"),
    path("paiements/declaration/<int:pk>/", tax.copy, name="tax_copy"),
    path("paiements/declaration/<int:pk>/copie.pdf", tax.copy_pdf, name="tax_copy_pdf"),
    *late.urlpatterns,
    *office_groups.urlpatterns,
]
