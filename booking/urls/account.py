"""`/compte/`: the client's appointments."""

from django.urls import path

from booking.views import account

urlpatterns = [path("", account.appointments, name="my_appointments")]
