from django.urls import path

from demo.views import banks, family, mailbox, roles, stripe

app_name = "demo"
urlpatterns = [
    path("", roles.index, name="index"),
    path("login/<slug:role>/", roles.sign_in, name="login"),
    path("mailbox/", mailbox.index, name="mailbox"),
    path("mailbox/<int:pk>/", mailbox.message, name="mail"),
    path("mailbox/<int:pk>/html/", mailbox.html, name="mail_html"),
    path("mailbox/<int:pk>/attachments/<int:number>/", mailbox.attachment, name="mail_attachment"),
    path("stripe/", stripe.index, name="stripe"),
    path("stripe/banks/", banks.act, name="banks"),
    path("agenda-famille.ics", family.calendar, name="family_calendar"),
]
