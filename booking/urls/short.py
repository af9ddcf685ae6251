"""`/s/…`: addresses for SMS."""

from django.urls import path

from booking.views import notifications

urlpatterns = [path("<slug:reference>/<str:token>/", notifications.short, name="short")]
