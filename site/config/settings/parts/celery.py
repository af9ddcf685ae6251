"""Valkey: Celery's broker and the cache."""

import environ
from celery.schedules import crontab
from kombu import Queue

env = environ.Env()
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "common.cache.TolerantRedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
# A worker killed in the middle of a task gives it back: every task is idempotent.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_TIMEZONE = "Europe/Paris"
CELERY_TASK_TIME_LIMIT = 120
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Work on the whole index takes minutes: with a worker of its own (`-Q index`) no mail and no new result waits behind it.
# Calendars elsewhere answer when they like. A worker that is told nothing takes from all.
CELERY_TASK_QUEUES = (Queue("celery"), Queue("index"), Queue("calendars"))
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {
    f"search.tasks.{name}": {"queue": "index"}
    for name in ("check_index", "freeze_prior", "rebuild_index", "refresh_entries", "refresh_offering")
}
CELERY_TASK_ROUTES["booking.tasks.sync_calendar"] = {"queue": "calendars"}
CELERY_TASK_ROUTES["booking.tasks.reconcile_stripe"] = {"queue": "calendars"}
CELERY_BEAT_SCHEDULE = {
    "deliver-outbox": {"task": "common.tasks.deliver_outbox", "schedule": 30.0},
    "expire-holds": {"task": "booking.tasks.expire_holds", "schedule": 30.0},
    "keep-waiting-list": {"task": "booking.tasks.keep_waiting_list", "schedule": 30.0},
    "settle-departures": {"task": "booking.tasks.settle_departures", "schedule": 300.0, "options": {"expires": 300}},
    "keep-groups": {"task": "booking.tasks.keep_groups", "schedule": 60.0},
    "purge-waiting-list": {"task": "booking.tasks.purge_waiting_list", "schedule": crontab(hour=3, minute=25)},
    # What waits longer than its period is asked for anew.
    "send-reminders": {"task": "booking.tasks.send_reminders", "schedule": 60.0, "options": {"expires": 60}},
    "process-stripe-events": {"task": "booking.tasks.process_pending_events", "schedule": 20.0},
    "sync-calendars": {"task": "booking.tasks.sync_due_calendars", "schedule": 60.0, "options": {"expires": 60}},
    "reconcile-payments": {"task": "booking.tasks.reconcile_payments", "schedule": 60.0},
    "read-processing-fees": {"task": "booking.tasks.read_processing_fees", "schedule": 60.0},
    "issue-fee-invoices": {"task": "booking.tasks.issue_fee_invoices", "schedule": crontab(hour=4, minute=5)},
    "keep-rights": {"task": "legal.tasks.keep_rights", "schedule": 600.0, "options": {"expires": 600}},
    "keep-invoices": {"task": "booking.tasks.keep_invoices", "schedule": 300.0, "options": {"expires": 300}},
    "keep-subscriptions": {"task": "booking.tasks.keep_subscriptions", "schedule": 300.0, "options": {"expires": 300}},
    "serve-subscriptions": {"task": "booking.tasks.serve_subscriptions", "schedule": crontab(hour=6, minute=20)},
    "follow-up-late-payments": {
        "task": "booking.tasks.follow_up_late_payments",
        "schedule": crontab(hour=9, minute=15),
    },
    "write-tax-reports": {"task": "booking.tasks.write_tax_reports", "schedule": 300.0},
    "reconcile-stripe": {"task": "booking.tasks.reconcile_stripe", "schedule": crontab(hour=2, minute=40)},
    "remind-of-requests": {"task": "booking.tasks.remind_of_requests", "schedule": 600.0},
    "keep-disputes": {"task": "booking.tasks.keep_disputes", "schedule": 600.0},
    "read-accounts": {"task": "booking.tasks.read_accounts", "schedule": crontab(hour=4, minute=15)},
    "forget-exchanges": {"task": "booking.tasks.forget_exchanges", "schedule": crontab(hour=3, minute=25)},
    "follow-lapsing-items": {
        "task": "practitioners.tasks.follow_lapsing_items",
        "schedule": crontab(hour=7, minute=10),
    },
    # Just after midnight first; again each hour, for what a stopped clock left.
    "carry-out-ends": {"task": "practitioners.tasks.carry_out_ends", "schedule": crontab(minute=5)},
    "scan-documents": {"task": "practitioners.tasks.scan_documents", "schedule": 60.0, "options": {"expires": 60}},
    "refresh-availability": {"task": "search.tasks.refresh_availability", "schedule": 60.0},
    "freeze-ranking-prior": {"task": "search.tasks.freeze_prior", "schedule": crontab(hour=3, minute=10)},
    # Each asks for nothing that the last one left undone: what waits longer than its period is not worth doing late.
    "keep-index": {"task": "search.tasks.keep_index", "schedule": 5.0, "options": {"expires": 10}},
    "keep-tally": {"task": "search.tasks.keep_tally", "schedule": 15.0, "options": {"expires": 15}},
    "check-index": {"task": "search.tasks.check_index", "schedule": crontab(minute=40), "args": ["clock"]},
    "announce-matches": {"task": "search.tasks.announce_matches", "schedule": 120.0},
    "refresh-landings": {"task": "search.tasks.refresh_landings", "schedule": 600.0},
    "purge-alerts": {"task": "search.tasks.purge_alerts", "schedule": crontab(hour=3, minute=40)},
    "purge-intake": {"task": "booking.tasks.purge_intake", "schedule": crontab(hour=3, minute=50)},
    # After the purges of the apps and before the mails of the morning, in parts shorter than a task may last.
    "end-personal-data": {
        "task": "legal.tasks.end_personal_data",
        "schedule": crontab(hour="4-5", minute="*/3"),
        "options": {"expires": 170},
    },
    "seal-history": {"task": "common.tasks.seal_history", "schedule": crontab(hour=1, minute=35)},
    "publish-scheduled": {"task": "editorial.tasks.publish_scheduled", "schedule": 30.0},
    "send-letters": {"task": "editorial.tasks.send_letters", "schedule": 60.0, "options": {"expires": 60}},
    "keep-consents": {"task": "legal.tasks.keep_subscriptions", "schedule": crontab(minute=20)},
    "keep-governance": {"task": "legal.tasks.keep_governance", "schedule": 60.0, "options": {"expires": 60}},
    "publish-legal-versions": {"task": "legal.tasks.enforce_versions", "schedule": 60.0},
    "watch-rights-requests": {"task": "legal.tasks.watch_rights_requests", "schedule": crontab(minute=20)},
    "recheck-claims": {"task": "legal.tasks.recheck_claims", "schedule": crontab(hour=2, minute=50)},
    "anchor-evidence": {"task": "legal.tasks.anchor_evidence", "schedule": crontab(minute=5)},
}
