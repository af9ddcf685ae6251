"""A task is put into its queue exactly as Celery puts it there; without a broker nothing breaks."""

import json
from unittest import mock

import pytest
import redis
from celery import current_app

from common import queue
from common.tasks import deliver_messages, deliver_outbox, enqueue

# Of one message alone.
OWN = {"id", "root_id", "correlation_id", "delivery_tag"}


@pytest.fixture
def pushed(monkeypatch):
    """What goes over the wire, as tasks are asked for in production."""
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(redis.Redis, "lpush", lambda _client, key, *values: sent.extend((key, one) for one in values))
    return sent


@pytest.fixture(autouse=True)
def as_in_production():
    current_app.conf.task_always_eager = False
    yield
    current_app.conf.task_always_eager = True


def plain(message: str) -> object:
    def without(value: object) -> object:
        if isinstance(value, dict):
            return {name: without(one) for name, one in value.items() if name not in OWN}
        return value

    return without(json.loads(message))


def rebuild_index():
    from search.tasks import rebuild_index as task

    return task


@pytest.mark.parametrize(
    ("task", "args"),
    [(deliver_messages, (["appointment-É", "b"],)), (deliver_outbox, ()), (rebuild_index(), ("desk",))],
    ids=["with arguments", "without", "of another queue"],
)
def test_it_is_what_celery_would_send(pushed, task, args) -> None:
    assert queue.is_plain(task)
    assert enqueue(task, *args)
    task.apply_async(args, retry=False)
    (ours_at, ours), (theirs_at, theirs) = pushed
    assert ours_at == theirs_at
    assert plain(ours) == plain(theirs)
    ids = [json.loads(ours)["headers"]["id"], json.loads(ours)["headers"]["root_id"]]
    assert ids[0] == ids[1] == json.loads(ours)["properties"]["correlation_id"]


def test_two_messages_are_told_apart(pushed) -> None:
    for _again in range(2):
        enqueue(deliver_outbox)
    first, second = (json.loads(message) for _key, message in pushed)
    for part, name in (("headers", "id"), ("properties", "delivery_tag"), ("properties", "correlation_id")):
        assert first[part][name] != second[part][name]


def test_arguments_that_the_task_does_not_take_are_refused_at_once(pushed) -> None:
    with pytest.raises(TypeError):
        enqueue(deliver_messages)
    assert not pushed


def test_a_task_that_asks_for_another_goes_celerys_way() -> None:
    with mock.patch.object(type(current_app._get_current_object()), "current_worker_task", mock.Mock()):
        assert not queue.is_plain(deliver_outbox)


@pytest.mark.parametrize("error", [redis.ConnectionError("refused"), redis.TimeoutError("no answer")])
def test_without_a_broker_the_page_is_served(pushed, monkeypatch, error) -> None:
    def away(*_args: object) -> None:
        raise error

    monkeypatch.setattr(redis.Redis, "lpush", away)
    assert enqueue(deliver_outbox) is False
