"""`/compte/`: the client's appointments."""

from django.urls import path

from booking.urls import notified
from booking.views import account, relatives

urlpatterns = [
    *notified.account,
    path("", account.appointments, name="my_appointments"),
    path("proches/", relatives.mine, name="my_relatives"),
    path("proches/<int:pk>/", relatives.edit, name="edit_relative"),
    path("proches/<int:pk>/retirer/", relatives.remove, name="remove_relative"),
]
