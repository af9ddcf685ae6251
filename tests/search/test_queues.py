"""Work on the whole index stands in a queue of its own, which a worker that is told nothing serves too."""

from celery import current_app

from search import tasks


def queue_of(task: object) -> str:
    return current_app.amqp.router.route({}, task.name)["queue"].name  # type: ignore[attr-defined]


def test_minutes_of_work_do_not_stand_before_mails_and_results():
    long = {name for name in dir(tasks) if getattr(getattr(tasks, name), "time_limit", None) == tasks.LONG}
    assert long
    assert {queue_of(getattr(tasks, name)) for name in long} == {"index"}
    assert queue_of(tasks.refresh_entry) == queue_of(tasks.keep_index) == "celery"


def test_a_worker_that_is_told_nothing_takes_from_all():
    assert set(current_app.amqp.queues) == {"celery", "index", "calendars"}
