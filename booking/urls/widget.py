"""The widget of practitioners' own sites: addresses that are pasted elsewhere and never change."""

from django.urls import path

from booking.views import widget

urlpatterns = [
    path("widget.js", widget.script, name="widget_script"),
    path("widget/couleur/<str:shade>.css", widget.colour, name="widget_colour"),
    path("widget/<slug:slug>/", widget.frame, name="widget"),
]
