"""The badge that cites the directory on a practitioner's own site (P7): a drawing of ours, a link, no script and no cookie."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

# Word of the address → colours (ground, words, mark).
LOOKS = {"clair": ("#fbf8f3", "#2a2621", "#14595a"), "sombre": ("#211e1a", "#f4efe7", "#7fcbc2")}


def drawing(look: str) -> str:
    ground, words, mark = LOOKS[look]
    site = settings.WAGTAIL_SITE_NAME
    return render_to_string(
        "practitioners/badge.svg",
        {"ground": ground, "words": words, "mark": mark, "site": site, "above": _("Listed on")},
    )


def snippet(*, image: str, address: str, name: str) -> str:
    """HTML to paste: the link is the practitioner's page."""
    return render_to_string(
        "practitioners/badge_snippet.html",
        {
            "image": image,
            "address": address,
            "words": _("%(name)s on %(site)s") % {"name": name, "site": settings.WAGTAIL_SITE_NAME},
        },
    ).strip()
