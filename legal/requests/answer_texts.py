"""What the team says, and the words that it starts from. French: these texts are sent, and edited in the CMS (`AnswerTemplate`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.wording import spaced
from legal.models import AnswerTemplate, RightsRequest

Kind = RightsRequest.Kind
CNIL_URL = "https://www.cnil.fr/fr/plaintes"
NAMES: dict[str, str | Promise] = {
    "nom": _("the name of the person"),
    "reference": _("the reference of the request"),
    "droit": _("the right, in small letters"),
    "recue_le": _("the day of receipt"),
    "echeance": _("the last day to answer"),
    "motif": _("the reason or the question that is typed when sending"),
    "praticien": _("the practitioner it was handed to"),
    "justificatifs": _("the documents that prove an identity"),
}
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Wording:
    key: str
    title: str | Promise
    text: str
    needs: tuple[str, ...] = ()


_HELLO = "Bonjour {nom},\n\n"
_ASKED = "Vous nous avez adressé, le {recue_le}, une demande relative à vos données personnelles ({droit}, référence {reference}).\n\n"


def _answer(kind: Kind, text: str) -> Wording:
    return Wording(kind.value, kind.label, _HELLO + _ASKED + text)


WORDINGS: dict[str, Wording] = {
    each.key: each
    for each in (
        Wording(
            "received",
            _("Acknowledgement"),
            _HELLO
            + "Nous avons reçu votre demande relative à vos données personnelles ({droit}). Sa référence est {reference}.\n\n"
            "Nous y répondons au plus tard le {echeance}. Si votre demande est complexe, ce délai peut être prolongé de deux mois : "
            "nous vous dirions alors pourquoi avant cette date. Nous ne demandons une pièce d’identité qu’en cas de doute.",
            ("reference", "echeance"),
        ),
        Wording(
            "asked",
            _("Precision requested"),
            _HELLO
            + _ASKED
            + "Pour y répondre, nous avons besoin d’une précision :\n\n{motif}\n\nLe délai de réponse court toujours : il finit le {echeance}.",
            ("motif",),
        ),
        Wording(
            "doubted",
            _("Proof of identity requested"),
            _HELLO
            + _ASKED
            + "Un doute sur l’identité du demandeur nous empêche d’y répondre tout de suite :\n\n{motif}\n\n"
            "Déposez la copie de l’un de ces documents sur la page de votre demande : {justificatifs}. Masquez ce qui n’est pas "
            "nécessaire : il nous faut vos nom, prénoms et date de naissance. La copie est effacée dès qu’elle est vue, et au plus tard "
            "après trois mois. Le délai de réponse est suspendu jusqu’à son dépôt.",
            ("motif", "justificatifs"),
        ),
        Wording(
            "extended",
            _("Extension by two months"),
            _HELLO + _ASKED + "Nous avons besoin de plus de temps pour y répondre :\n\n{motif}\n\n"
            "Comme le permet l’article 12 du RGPD, le délai est prolongé de deux mois. Vous recevez notre réponse au plus tard le {echeance}.",
            ("motif", "echeance"),
        ),
        Wording(
            "forwarded",
            _("Handed to the practitioner"),
            _HELLO
            + _ASKED
            + "Ces données sont tenues par {praticien}, qui en est responsable ; nous les hébergeons pour son compte. "
            "Nous lui avons transmis votre demande, et vous recevez sa réponse au plus tard le {echeance}.",
            ("praticien",),
        ),
        _answer(
            Kind.ACCESS,
            "Les données que nous détenons sur vous sont jointes à cette réponse, avec leurs finalités, leurs destinataires, leurs durées "
            "de conservation et leur source. Vous pouvez demander leur rectification, leur effacement, la limitation de leur usage, ou vous "
            "y opposer.",
        ),
        _answer(
            Kind.RECTIFICATION,
            "Les données que vous nous avez signalées sont rectifiées. Ceux à qui nous les avions communiquées en sont informés.",
        ),
        _answer(
            Kind.ERASURE,
            "Vos données sont effacées. Restent, pour la durée que fixe la loi et sans autre usage, les pièces comptables et les preuves "
            "que nous devons garder ; la politique de confidentialité en donne la liste.",
        ),
        _answer(
            Kind.OBJECTION,
            "Nous avons mis fin au traitement auquel vous vous opposez. Vous ne recevez plus de message à ce titre.",
        ),
        _answer(
            Kind.RESTRICTION,
            "L’usage de vos données est limité : elles sont conservées, et ne servent plus à rien d’autre sans votre accord. Nous vous "
            "préviendrons avant de lever cette limitation.",
        ),
        _answer(
            Kind.PORTABILITY,
            "Les données que vous nous avez fournies sont jointes à cette réponse, dans un format lisible par une machine (JSON), que vous "
            "pouvez remettre à un autre service.",
        ),
        _answer(
            Kind.AFTER_DEATH,
            "Vos directives relatives au sort de vos données après votre décès sont enregistrées. Vous pouvez les modifier ou les "
            "révoquer à tout moment.",
        ),
        Wording(
            "refused",
            pgettext_lazy("request", "Refusal"),
            _HELLO + _ASKED + "Nous ne pouvons pas y donner suite, pour la raison suivante :\n\n{motif}\n\n"
            "Vous pouvez saisir la CNIL, et former un recours devant le juge.",
            ("motif",),
        ),
    )
}


def current(key: str) -> AnswerTemplate | None:
    return AnswerTemplate.objects.filter(key=key).order_by("-number").first()


def text_of(key: str) -> str:
    """As the team words it now; the code's words until then."""
    edited = current(key)
    return edited.text if edited else WORDINGS[key].text


def unknown_names(text: str) -> list[str]:
    return [name for name in _BRACES.findall(text) if name not in NAMES]


def missing_names(key: str, text: str) -> list[str]:
    """What the law wants said in it: a refusal without its reason would be none."""
    said = set(_BRACES.findall(text))
    return [name for name in WORDINGS[key].needs if name not in said]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Once: braces in a value stay as they were typed. Texts are typed with plain spaces, here and at the desk."""
    return spaced(_BRACES.sub(lambda found: values.get(found[1], found[0]), text))
