"""The platform's mean rating, frozen once a night (S4): between two nights a review moves its own practitioner only."""

import datetime as dt

from django.db.models import Count, Sum

from common import clock
from practitioners.models import Review
from search.models import RankingPrior
from search.ranking import DEFAULT_PRIOR_MILLI


def current() -> RankingPrior:
    """The prior in force: the latest frozen one; before the first, an unsaved row with the default."""
    found = RankingPrior.objects.order_by("-day").first()
    return found or RankingPrior(day=clock.today(), mean_milli=DEFAULT_PRIOR_MILLI, reviews=0)


def freeze(day: dt.date | None = None) -> tuple[RankingPrior, bool]:
    """Compute and date the mean of all published ratings; a day already frozen is kept. Second: whether the value changed."""
    before = current().mean_milli
    published = Review.objects.published().filter(practitioner__status="listed").order_by()
    sums = published.aggregate(total=Sum("rating"), count=Count("pk"))
    count = sums["count"]
    # Rounded half up, to the thousandth; the default while there is nothing to take the mean of.
    mean = (2000 * sums["total"] + count) // (2 * count) if count else DEFAULT_PRIOR_MILLI
    frozen, _created = RankingPrior.objects.get_or_create(
        day=day or clock.today(), defaults={"mean_milli": mean, "reviews": count}
    )
    return frozen, frozen.mean_milli != before
