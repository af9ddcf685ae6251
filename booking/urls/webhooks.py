from django.urls import path

from booking.views import webhooks

urlpatterns = [path("stripe/", webhooks.stripe, name="stripe_webhook")]
