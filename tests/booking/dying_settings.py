"""The settings of workers that are killed on purpose."""

from config.settings.test import *  # noqa: F403

EMAIL_BACKEND = "tests.booking.dying_mailbox.DyingMailbox"
