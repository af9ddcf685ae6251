"""Optional paid services: the practitioner's pages, and the operator's."""

from django.urls import path

from booking.views import cms_paid_services, cms_subscriptions
from booking.views.office import paid_services, subscriptions

office = [
    path("services-optionnels/", paid_services.catalogue, name="paid_services"),
    path("services-optionnels/<slug:slug>/", paid_services.service, name="paid_service"),
    path("abonnements/<slug:reference>/", subscriptions.show, name="subscription"),
    path("abonnements/<slug:reference>/resilier/", subscriptions.cancel, name="subscription_cancel"),
    path("abonnements/<slug:reference>/garder/", subscriptions.keep, name="subscription_keep"),
    path("abonnements/<slug:reference>/retractation/", subscriptions.withdraw, name="subscription_withdraw"),
    path("abonnements/<slug:reference>/comptable/", subscriptions.accountant, name="subscription_accountant"),
]
operator = [
    path("services-optionnels/chiffres/", cms_paid_services.figures, name="cms_paid_services"),
    path("services-optionnels/abonnement/<slug:reference>/", cms_subscriptions.show, name="cms_subscription"),
    path(
        "services-optionnels/abonnement/<slug:reference>/rembourser/<int:pk>/",
        cms_subscriptions.give_back,
        name="cms_subscription_refund",
    ),
]
