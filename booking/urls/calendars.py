"""Calendars elsewhere: the page of connections in the office, and the private feed."""

from django.urls import path

from booking.views import feed
from booking.views.office import calendar_notes, calendars

office = [
    path("agenda/liaisons/", calendars.calendars, name="calendars"),
    path("agenda/liaisons/adresse/", calendars.link_ics, name="calendar_link_ics"),
    path("agenda/liaisons/caldav/", calendars.link_caldav, name="calendar_link_caldav"),
    path("agenda/liaisons/google/", calendars.begin_google, name="calendar_google"),
    path("agenda/liaisons/google/retour/", calendars.finish_google, name="calendar_google_back"),
    path("agenda/liaisons/<int:pk>/", calendars.settings_of, name="calendar"),
    path("agenda/liaisons/<int:pk>/synchroniser/", calendars.sync, name="calendar_sync"),
    path("agenda/liaisons/<int:pk>/acces/", calendars.sign_in_again, name="calendar_sign_in"),
    path("agenda/liaisons/<int:pk>/delier/", calendars.unlink, name="calendar_unlink"),
    path("agenda/liaisons/flux/", calendar_notes.new_feed, name="calendar_feed_new"),
    path("agenda/liaisons/flux/arreter/", calendar_notes.stop_feed, name="calendar_feed_stop"),
    path("agenda/liaisons/evenements/<int:pk>/<slug:what>/", calendar_notes.answer, name="calendar_note"),
]
client = [path("agenda/<str:token>.ics", feed.show, name="feed")]
