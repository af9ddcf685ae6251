"""The badge that practitioners put on their own sites, under /badge/."""

from django.urls import path

from practitioners.views import office_sharing

urlpatterns = [path("<slug:look>.svg", office_sharing.badge_drawing, name="badge")]
