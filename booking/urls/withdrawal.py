"""`/retractation/…`: the withdrawal function of the law, for everybody."""

from django.urls import path

from booking.views import withdrawing

app_name = "withdrawal"
urlpatterns = [
    path("", withdrawing.start, name="start"),
    path("confirmer/", withdrawing.confirm, name="confirm"),
    path("<slug:reference>/<str:token>/", withdrawing.receipt, name="receipt"),
    path("<slug:reference>/<str:token>/recu.pdf", withdrawing.pdf, name="pdf"),
]
