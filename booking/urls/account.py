"""`/compte/`: the client's appointments."""

from django.urls import path

from booking.urls import invoices, notified
from booking.views import account, my_payments, relatives, series

urlpatterns = [
    *notified.account,
    *invoices.account,
    path("", account.appointments, name="my_appointments"),
    path("paiements/", my_payments.mine, name="my_payments"),
    path("proches/", relatives.mine, name="my_relatives"),
    path("proches/<int:pk>/", relatives.edit, name="edit_relative"),
    path("proches/<int:pk>/retirer/", relatives.remove, name="remove_relative"),
    path("series/<int:pk>/", series.show, name="my_series"),
    path("series/<int:pk>/fin/", series.end, name="end_my_series"),
]
