"""Routes of invoices: each list is part of the addresses it is named after."""

from django.urls import path

from booking.views import my_invoices
from booking.views.office import invoices

office = [
    path("paiements/factures/", invoices.listing, name="invoices"),
    path("paiements/factures/reglages/", invoices.choices, name="invoice_choices"),
    path("paiements/factures/export/", invoices.export_file, name="invoice_export"),
    path("paiements/factures/<int:pk>/", invoices.show, name="invoice"),
    path("paiements/factures/<int:pk>/pdf/", invoices.file, name="invoice_file"),
    path("paiements/factures/<int:pk>/avoir/", invoices.credit, name="invoice_credit"),
    path("paiements/factures/<int:pk>/payee/", invoices.paid, name="invoice_paid"),
    path("rendez-vous/<slug:reference>/facture/", invoices.issue, name="invoice_issue"),
]
account = [
    path("factures/", my_invoices.mine, name="my_invoices"),
    path("factures/destinataire/", my_invoices.details, name="my_billing"),
    path("factures/<int:pk>/pdf/", my_invoices.file, name="my_invoice_file"),
    path("factures/demander/<slug:reference>/", my_invoices.ask, name="ask_invoice"),
]
