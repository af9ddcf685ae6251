"""Consents, and writing to the site: `/cookies/`, `/lettre/`, `/contact/` and their pages in the account."""

from django.urls import path

from legal.views import contact, cookies, subscriptions

urlpatterns = [
    path("cookies/", cookies.choice, name="cookies"),
    path("lettre/", subscriptions.newsletter, name="newsletter"),
    path("lettre/envoyee/", subscriptions.asked, name="newsletter_asked"),
    path("lettre/<str:token>/", subscriptions.one, name="subscription"),
    path("lettre/<str:token>/arreter/", subscriptions.stop, name="subscription_stop"),
    path("contact/", contact.contact, name="contact"),
    path("contact/recu/", contact.received, name="contact_received"),
    path("compte/consentements/", subscriptions.mine, name="my_consents"),
    path("compte/assistance/", contact.assistance, name="help"),
    path("compte/assistance/<slug:reference>/", contact.one, name="help_one"),
    path("compte/assistance/<slug:reference>/resolu/", contact.resolved, name="help_resolved"),
]
