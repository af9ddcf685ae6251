"""Clients, their messages and their requests: the addresses of the office, then those of the client."""

from django.urls import path

from booking.views import first_messages, messages, requests
from booking.views.office import client_changes, client_requests, client_transfer, clients

office = [
    path("clients/", clients.clients, name="clients"),
    path("clients/nouveau/", clients.new, name="client_new"),
    path("clients/<int:pk>/", clients.show, name="client"),
    path("clients/<int:pk>/modifier/", clients.edit, name="client_edit"),
    path("clients/<int:pk>/etiquettes/", client_changes.tag, name="client_tag"),
    path("clients/<int:pk>/etiquettes/retirer/", client_changes.untag, name="client_untag"),
    path("clients/<int:pk>/message/", client_changes.message, name="client_message"),
    path("clients/<int:pk>/archiver/", client_changes.archive, name="client_archive"),
    path("clients/<int:pk>/effacer/", client_changes.erase, name="client_erase"),
    path("clients/<int:pk>/fusionner/", client_changes.merge, name="client_merge"),
    path("clients/importer/", client_transfer.upload, name="import"),
    path("clients/importer/<int:pk>/colonnes/", client_transfer.columns, name="import_columns"),
    path("clients/importer/<int:pk>/", client_transfer.check, name="import_check"),
    path("clients/exporter/clients.csv", client_transfer.export_clients, name="export_clients"),
    path("clients/exporter/agenda.csv", client_transfer.export_agenda, name="export_agenda"),
    path("clients/exporter/agenda.ics", client_transfer.export_calendar, name="export_calendar"),
    path("demandes/", client_requests.requests, name="requests"),
    path("demandes/<slug:reference>/", client_requests.show, name="request"),
    path("demandes/<slug:reference>/trace.pdf", client_requests.pdf, name="request_pdf"),
]
client = [
    path("avec/<slug:slug>/ecrire/", first_messages.write, name="first_message"),
    path("ecrire/<str:token>/", first_messages.confirm, name="first_message_confirm"),
    path("messages/<uuid:key>/", messages.thread, name="thread"),
    path("messages/<uuid:key>/acces/<str:token>/", messages.open_link, name="thread_open"),
    path("<slug:reference>/messages/", messages.of_appointment, name="messages"),
    path("<slug:reference>/demande/", requests.new, name="request_new"),
    path("<slug:reference>/demande/<slug:number>/", requests.show, name="request"),
    path("<slug:reference>/demande/<slug:number>/ajouter/", requests.add, name="request_add"),
    path("<slug:reference>/demande/<slug:number>/clore/", requests.close, name="request_close"),
    path("<slug:reference>/demande/<slug:number>/mediateur/", requests.fail, name="request_fail"),
    path("<slug:reference>/demande/<slug:number>/trace.pdf", requests.pdf, name="request_pdf"),
    path("<slug:reference>/demande/<slug:number>/acces/<str:token>/", requests.open_link, name="request_open"),
]
