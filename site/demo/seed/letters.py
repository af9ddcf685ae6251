"""Consents and what people write: those who asked for the letter, two letters, and a queue of messages with their answers."""

import datetime as dt

from accounts.models import User
from common import clock
from editorial.actions import letters
from editorial.models import ArticlePage, Letter
from legal.consents import subscriptions
from legal.consents.proofs import Circumstances
from legal.exchanges import conversations
from legal.models import Exchange, Subscription
from legal.models.consent import Topic

HOW = Circumstances(
    text="Case cochée sur la page de la lettre.", page="/lettre/", ip="192.0.2.20", agent="Démonstration"
)
READERS = (
    ("ines.martin", 410, (Topic.NEWSLETTER,)),
    ("thomas.roussel", 300, (Topic.NEWSLETTER, Topic.EVENTS)),
    ("awa.diallo", 170, (Topic.NEWSLETTER, Topic.SURVEYS)),
    ("julie.perrin", 60, (Topic.NEWSLETTER, Topic.OFFERS)),
    ("marc.lefort", 1075, (Topic.NEWSLETTER,)),
)
SENT = (
    "Bien dormir quand les jours raccourcissent",
    "Trois habitudes simples, et ce que la recherche en sait vraiment.",
    "<h2>La lumière du matin</h2><p>Vingt minutes dehors avant midi aident l’horloge du corps à se caler.</p>"
    "<h2>Un rituel, pas une performance</h2><ul><li>la même heure de coucher, à peu près ;</li><li>un écran éteint une heure avant ;</li>"
    "<li>une respiration lente, cinq minutes.</li></ul><p>Si vos nuits restent mauvaises plus de trois semaines, parlez-en à votre médecin. "
    '<a href="/thematiques/">Toutes nos thématiques</a></p>',
)
DRAFT = (
    "Choisir son praticien : les questions à poser",
    "Formation, assurance, tarif : ce qui se vérifie avant la première séance.",
    '<p>Avant de réserver, trois questions suffisent souvent. <a href="/articles/">Lire nos articles</a></p>',
)


def letter(editor: User) -> None:
    """One that was sent a month ago and a draft, with the people who asked for them."""
    now = clock.now()
    for name, days, topics in READERS:
        moment = now - dt.timedelta(days=days)
        subscriptions.choose(email=f"{name}@clients.example", wanted=topics, how=HOW, now=moment)
    month_ago = now - dt.timedelta(days=31)
    sent = _letter(editor, SENT, month_ago)
    Letter.objects.filter(pk=sent.pk).update(
        state=Letter.State.SENT,
        tested_at=month_ago,
        started_at=month_ago,
        finished_at=month_ago,
        sent_by=editor,
        count=Subscription.objects.filter(topic=Topic.NEWSLETTER, confirmed_at__lt=month_ago).count(),
    )
    _letter(editor, DRAFT, now - dt.timedelta(days=2))


def _letter(editor: User, words: tuple[str, str, str], moment: dt.datetime) -> Letter:
    subject, opening, body = words
    return letters.save(letter=Letter(subject=subject, opening=opening, body=body), author=editor, now=moment)


def messages(client: User, staff: User) -> None:
    now = clock.now()
    first = conversations.ask_for_help(
        user=client,
        category=Exchange.Category.PAYMENT,
        subject="Je ne retrouve pas mon reçu",
        text="Bonjour, j’ai payé ma séance de mardi en ligne mais je ne vois pas le reçu. Où est-il ?",
        now=now - dt.timedelta(hours=30),
    )
    conversations.answer(
        exchange=first,
        staff=staff,
        text="Bonjour, il est dans « Mes paiements », en PDF, à côté de chaque séance payée. Dites-nous si vous ne le voyez pas.",
        now=now - dt.timedelta(hours=26),
    )
    for hours, category, name, subject, text in (
        (
            50,
            "listing",
            "Hélène Arnaud",
            "Devenir praticienne référencée",
            "Je suis sophrologue à Annecy. Quels documents faut-il fournir ?",
        ),
        (
            8,
            "access",
            "Paul G.",
            "Lecteur d’écran et calendrier",
            "Avec NVDA, le mois suivant du calendrier n’est pas annoncé sur mon ordinateur.",
        ),
        (
            3,
            "press",
            "Revue Équilibre",
            "Demande d’entretien",
            "Nous préparons un dossier sur la vérification des praticiens.",
        ),
    ):
        conversations.write_to_us(
            email=f"{category}@clients.example",
            name=name,
            category=category,
            subject=subject,
            text=text,
            now=now - dt.timedelta(hours=hours),
        )


def video() -> None:
    """One article shows a video that another site holds."""
    page = ArticlePage.objects.live().order_by("-dated", "-pk").first()
    if page is None:
        return
    words = "<p>« Installez-vous, posez une main sur le ventre. Inspirez en comptant jusqu’à quatre, soufflez en comptant jusqu’à six. Recommencez dix fois, sans forcer. »</p>"
    poster = page.cover
    if poster is not None:
        # The editor asks for words beside a picture, or to be told that it only decorates.
        poster.contextual_alt_text, poster.decorative = "", True
    block = {
        "title": "Cinq minutes de respiration lente",
        "url": "https://www.youtube.com/watch?v=aNXKjGFUlMs",
        "poster": poster,
        "minutes": 5,
        "transcript": words,
    }
    page.body = [(each.block_type, each.value) for each in page.body] + [("video", block)]
    page.save_revision().publish()
