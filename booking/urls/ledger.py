"""The ledger and its control, inside the CMS."""

from django.urls import path

from booking.views import cms_ledger

urlpatterns = [
    path("grand-livre/", cms_ledger.explore, name="cms_ledger"),
    path("grand-livre/export.csv", cms_ledger.export, name="cms_ledger_export"),
    path("grand-livre/controle/", cms_ledger.report, name="cms_reconciliation"),
    path("grand-livre/controle/lancer/", cms_ledger.compare, name="cms_reconciliation_start"),
]
