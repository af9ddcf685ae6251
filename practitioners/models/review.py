"""Reviews. A review knows an invitation (who, what, when), which booking issues after an appointment."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models.practitioner import Practitioner


class ReviewInvitation(models.Model):
    """The right to write one review. `reference` is the issuer's own id (an appointment), unique."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="review_invitations")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60, unique=True)
    service_name = models.CharField(max_length=100)
    happened_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.reference


class ReviewQuerySet(models.QuerySet["Review"]):
    def published(self) -> "ReviewQuerySet":
        return self.filter(status=Review.Status.PUBLISHED)


class Review(models.Model):
    class Status(models.TextChoices):
        PUBLISHED = "published", _("Published")
        SUSPENDED = "suspended", _("Suspended")
        DELETED = "deleted", _("Deleted")

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="reviews")
    invitation = models.OneToOneField(ReviewInvitation, on_delete=models.PROTECT, related_name="review")
    author_name = models.CharField(max_length=60, help_text="as shown: first name and initial")
    rating = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000)
    published_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PUBLISHED)
    reply = models.TextField(max_length=2000, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        ordering = ["-published_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(rating__gte=1, rating__lte=5), name="rating_one_to_five")
        ]
        indexes = [models.Index(fields=["practitioner", "-published_at"])]

    def __str__(self) -> str:
        return f"{self.author_name}, {self.rating}/5"
