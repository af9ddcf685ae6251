from django.urls import path

from search.views import audience

urlpatterns = [path("", audience.audience, name="office_audience")]
