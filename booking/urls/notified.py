"""Routes of reminders and of the choice of messages: each list is part of the addresses it is named after."""

from django.urls import path

from booking.views import notifications
from booking.views.office import notifications as office_notifications

client = [path("<slug:reference>/rappels/<slug:kind>/<str:token>/", notifications.stop, name="stop_reminders")]
account = [path("notifications/", notifications.mine, name="my_notifications")]
office = [path("notifications/", office_notifications.choices, name="notifications")]
