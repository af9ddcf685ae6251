"""Requests about personal data in every state: what the legal team and the demo's practitioner find on their desks."""

import datetime as dt

from accounts.models import User
from common import clock
from legal.models import RightsRequest
from legal.requests import answering, handling, messages, receiving
from legal.requests.receiving import Said

Kind, Channel = RightsRequest.Kind, RightsRequest.Channel


def story(*, team: User, second: User, practitioner: User, client: User) -> None:
    now = clock.now()

    def ago(days: int) -> dt.datetime:
        return now - dt.timedelta(days=days)

    def posted(days: int, said: Said, channel: str = Channel.POST) -> RightsRequest:
        moment = ago(days)
        return receiving.enter(said=said, channel=channel, received_on=moment.date(), by=team, now=moment)

    def sent(days: int, said: Said, user: User | None = None) -> RightsRequest:
        return receiving.receive(said=said, user=user, now=ago(days))

    def answered(request: RightsRequest, days: int, by: User) -> None:
        text = messages.written(request, request.kind)
        answering.answer(request_id=request.pk, text=text, by=by, now=ago(days))

    sent(
        3,
        Said(
            Kind.ACCESS,
            client.get_full_name(),
            client.email,
            "Je souhaite une copie de tout ce que vous détenez sur moi.",
        ),
        client,
    )
    late = sent(
        45,
        Said(
            Kind.OBJECTION,
            "Solène Garnier",
            "solene.garnier@exemple.fr",
            "Je reçois encore vos invitations à donner un avis. Je m’y oppose.",
        ),
    )
    handling.take(request_id=late.pk, by=second, now=ago(41))
    soon = posted(
        27,
        Said(
            Kind.ERASURE,
            "Marcel Thibault",
            "",
            "Je demande l’effacement de mon compte et de mes coordonnées. Je n’utilise plus le site.",
            postal_address="12 rue des Tanneurs\n69005 Lyon",
        ),
    )
    handling.take(request_id=soon.pk, by=team, now=ago(25))
    doubtful = posted(
        12,
        Said(
            Kind.ACCESS,
            "P. Lemaire",
            "contact.pl@exemple.fr",
            "Envoyez-moi la liste de mes rendez-vous depuis deux ans.",
        ),
        Channel.EMAIL,
    )
    handling.doubt(
        request_id=doubtful.pk,
        reason="L’adresse de votre message n’est pas celle du compte au nom que vous donnez.",
        by=team,
        now=ago(10),
    )
    asked = sent(
        8,
        Said(Kind.RECTIFICATION, "Inès Caradec", "ines.caradec@exemple.fr", "Mon nom est mal écrit dans vos messages."),
    )
    handling.ask(
        request_id=asked.pk,
        question="Comment votre nom doit-il être écrit, et dans quel message l’avez-vous vu ?",
        by=second,
        now=ago(6),
    )
    long = sent(
        24,
        Said(
            Kind.PORTABILITY,
            "Yann Le Bihan",
            "yann.lebihan@exemple.fr",
            "Je quitte le site et voudrais mes données de praticien pour un autre service.",
        ),
    )
    handling.extend(
        request_id=long.pk,
        reason="Vos données couvrent onze années et trois cabinets : leur extraction demande des vérifications.",
        by=team,
        now=ago(15),
    )
    theirs = sent(
        9,
        Said(
            Kind.ACCESS,
            "Hélène Aubry",
            "helene.aubry@exemple.fr",
            "Je voudrais savoir ce qui est noté dans ma fiche.",
            about=practitioner.get_full_name(),
        ),
    )
    handling.forward(request_id=theirs.pk, email=practitioner.email, by=team, now=ago(7))
    answered(
        sent(
            75,
            Said(Kind.RECTIFICATION, "Omar Belkacem", "omar.belkacem@exemple.fr", "Mon numéro de téléphone a changé."),
        ),
        63,
        team,
    )
    answered(
        sent(140, Said(Kind.ERASURE, "Lucie Fabre", "lucie.fabre@exemple.fr", "Merci de supprimer mon compte.")),
        121,
        second,
    )
    answered(
        sent(
            170, Said(Kind.RESTRICTION, "Paul Estève", "paul.esteve@exemple.fr", "Le temps que mon litige soit réglé.")
        ),
        131,
        team,
    )
    refused = sent(
        110,
        Said(Kind.ERASURE, "Karine Morvan", "karine.morvan@exemple.fr", "Effacez aussi les factures de mes séances."),
    )
    answering.refuse(
        request_id=refused.pk,
        reason="Les factures sont des pièces comptables que la loi nous impose de garder dix ans (code de commerce, article L123-22). "
        "Le reste de vos données est effacé.",
        by=team,
        now=ago(98),
    )
