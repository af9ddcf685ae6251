"""The introductions that editors wrote."""

from places.lookup import Place
from search.landing.subjects import Kind, Subject
from search.models import LandingIntro


def published(subject: Subject, place: Place | None) -> LandingIntro | None:
    """The one of this very page; drafts are nobody's but the editors'."""
    of = {"practice": subject.pk} if subject.kind == Kind.PRACTICE else {"theme": subject.pk}
    return LandingIntro.objects.filter(live=True, place=place.id if place else "", **of).first()
