"""`/documents/`: reading, comparing and accepting legal documents."""

from django.urls import path

from legal.views import consent, documents

app_name = "legal"
urlpatterns = [
    path("", documents.index, name="index"),
    path("a-accepter/", consent.pending, name="pending"),
    path("a-accepter/lu/", consent.dismiss, name="dismiss"),
    path("recu/<int:sequence>/", consent.receipt, name="receipt"),
    path("<slug:slug>/", documents.document, name="document"),
    path("<slug:slug>/comparer/", documents.compare, name="compare"),
    path("<slug:slug>/versions/<int:number>/", documents.version, name="version"),
    path("<slug:slug>/versions/<int:number>/pdf/", documents.pdf, name="pdf"),
]
