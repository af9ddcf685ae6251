"""Money of the office: refunds, payouts, disputes."""

from django.urls import path

from booking.views.office import disputes, payouts, refunding

office = [
    path("rendez-vous/<slug:reference>/rembourser/", refunding.refund, name="refund"),
    path("paiements/virements/", payouts.payouts, name="payouts"),
    path("paiements/virements/virements.csv", payouts.export, name="payouts_export"),
    path("paiements/virements/<int:pk>/", payouts.payout, name="payout"),
    path("paiements/litiges/", disputes.disputes, name="disputes"),
    path("paiements/litiges/<int:pk>/", disputes.dispute, name="dispute"),
    path("paiements/litiges/<int:pk>/accepter/", disputes.give_in, name="dispute_give_in"),
]
