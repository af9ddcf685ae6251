"""The desk of messages received, inside the CMS."""

from django.urls import path, re_path

from legal.views import cms_exchanges

urlpatterns = [
    path("messages-recus/", cms_exchanges.queue, name="exchange_desk"),
    path("messages-recus/<int:pk>/", cms_exchanges.one, name="exchange_desk_one"),
    re_path(
        r"^messages-recus/(?P<pk>[0-9]{1,18})/(?P<step>prendre|clore)/$", cms_exchanges.step, name="exchange_desk_step"
    ),
]
