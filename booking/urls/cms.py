"""The operator's desks inside the CMS: messages, money."""

from django.urls import path

from booking.urls import cms_withdrawals, ledger, operator, paid_services
from booking.views import cms_messages

urlpatterns = [
    path("messages/", cms_messages.shelf, name="cms_messages"),
    path("messages/<slug:kind>/<slug:reader>/", cms_messages.edit, name="cms_message"),
    path("messages/<slug:kind>/<slug:reader>/apercu/", cms_messages.preview, name="cms_message_preview"),
    *ledger.urlpatterns,
    *operator.urlpatterns,
    *paid_services.operator,
    *cms_withdrawals.urlpatterns,
]
