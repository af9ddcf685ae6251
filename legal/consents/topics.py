"""What each topic of mails is, in the words beside its box."""

from django.utils.translation import gettext_lazy as _

from legal.models.consent import Topic

SAYS = {
    Topic.NEWSLETTER: _("Articles and advice from our editors, about once a month."),
    Topic.OFFERS: _("What is new on the site and in its services, a few times a year."),
    Topic.SURVEYS: _("Questions about your experience, twice a year at most."),
    Topic.EVENTS: _("Invitations to open days and meetings, by video or near you."),
}
