"""The operator's pages of money, inside the CMS."""

from django.urls import path, re_path

from booking.views import cms_anonymous, cms_invoices, cms_late, cms_statistics, cms_tax

urlpatterns = [
    path("chiffres/", cms_statistics.money, name="cms_statistics"),
    path("chiffres/anonymes/", cms_anonymous.clients, name="cms_anonymous"),
    path("declaration-plateformes/", cms_tax.declaration, name="cms_tax"),
    path("declaration-plateformes/<int:year>/preparer/", cms_tax.prepare, name="cms_tax_prepare"),
    path("declaration-plateformes/<int:year>/relancer/", cms_tax.remind, name="cms_tax_remind"),
    path("declaration-plateformes/fichier/<int:pk>/", cms_tax.download, name="cms_tax_file"),
    re_path(
        r"^declaration-plateformes/fichier/(?P<pk>[0-9]{1,9})/(?P<step>deposee|jeter)/$",
        cms_tax.settle,
        name="cms_tax_settle",
    ),
    path("factures/", cms_invoices.listing, name="cms_invoices"),
    path("factures/<int:pk>/", cms_invoices.show, name="cms_invoice"),
    path("factures/<int:pk>/pdf/", cms_invoices.file, name="cms_invoice_file"),
    path("factures/<int:pk>/avoir/", cms_invoices.credit, name="cms_invoice_credit"),
    path("impayes/", cms_late.listing, name="cms_late"),
    path("impayes/<int:pk>/", cms_late.show, name="cms_late_invoice"),
    re_path(
        r"^impayes/(?P<pk>[0-9]{1,18})/(?P<step>etape|contestee|reprendre|payee)/$", cms_late.act, name="cms_late_act"
    ),
]
