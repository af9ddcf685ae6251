from django.urls import path

from legal.complaints import desk

urlpatterns = [
    path("contestations/", desk.queue, name="moderation_complaints"),
    path("contestation/<int:pk>/", desk.one, name="moderation_complaint"),
    path("contestation/<int:pk>/prendre/", desk.take, name="moderation_complaint_take"),
]
