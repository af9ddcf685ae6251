"""`/documents/`: reading, comparing and accepting legal documents."""

from django.urls import path

from legal.views import consent, documents, mine, register

app_name = "legal"
urlpatterns = [
    path("", documents.index, name="index"),
    path("a-accepter/", consent.pending, name="pending"),
    path("a-accepter/lu/", consent.dismiss, name="dismiss"),
    path("ce-qui-s-applique-a-moi/", mine.mine, name="mine"),
    path("recu/<int:sequence>/", mine.receipt, name="receipt"),
    path("recu/<int:sequence>/pdf/", mine.receipt_as_pdf, name="receipt_pdf"),
    path("registre/", register.register, name="register"),
    path("registre/ancres.json", register.as_json, name="anchors"),
    path("registre/verifier_un_recu.py", register.verifier, name="verifier"),
    path("registre/<slug:day>/", register.stated, name="anchor"),
    path("registre/<slug:day>/horodatage/", register.stamp, name="anchor_stamp"),
    path("<slug:slug>/", documents.document, name="document"),
    path("<slug:slug>/comparer/", documents.compare, name="compare"),
    path("<slug:slug>/versions/<int:number>/", documents.version, name="version"),
    path("<slug:slug>/versions/<int:number>/pdf/", documents.pdf, name="pdf"),
    path("<slug:slug>/versions/<int:number>/texte/", documents.canonical, name="canonical"),
    path("<slug:slug>/versions/<int:number>/<slug:language>/", documents.version, name="translation"),
    path("<slug:slug>/versions/<int:number>/<slug:language>/pdf/", documents.pdf, name="translation_pdf"),
    path("<slug:slug>/versions/<int:number>/<slug:language>/texte/", documents.canonical, name="translation_canonical"),
]
