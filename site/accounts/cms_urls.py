"""Shadows of Wagtail's sign-in, before its own URLs."""

from django.urls import path

from accounts.views import cms_door

urlpatterns = [
    path("login/", cms_door.sign_in),
    path("password_reset/", cms_door.reset_password),
    path("password_reset/<path:rest>", cms_door.reset_password),
]
