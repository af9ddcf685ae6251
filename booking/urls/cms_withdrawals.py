"""Staff's desk of withdrawals, inside the CMS."""

from django.urls import path

from booking.views import cms_withdrawals

urlpatterns = [
    path("retractations/", cms_withdrawals.listed, name="cms_withdrawals"),
    path("retractations/<int:pk>/", cms_withdrawals.show, name="cms_withdrawal"),
    path("retractations/<int:pk>/rattacher/", cms_withdrawals.attach, name="cms_withdrawal_attach"),
    path("retractations/<int:pk>/repondre/", cms_withdrawals.answer, name="cms_withdrawal_answer"),
]
