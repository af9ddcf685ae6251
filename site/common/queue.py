"""A task is put into its queue as Celery and kombu put it there, by one command on a connection that stays.

`apply_async` does the same for three times the price, of which every booking pays two. What it would send is asked of Celery once for
each task; only what differs from one message to the next is written here. Celery's own way is taken wherever this is not its plain case.
"""

import base64
import json
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import uuid4

from celery import Celery, Task
from kombu.utils.uuid import uuid as kombu_uuid
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

AWAY = (NoConnection, NoAnswer)
# A page waits for it at most.
SECONDS = 3


class _Plan(NamedTuple):
    queue: str
    headers: dict[str, Any]
    reply_to: str


def is_plain(task: Task) -> bool:
    """From a request, to Redis: tasks that ask for others tell them who asked, and tests run them in place."""
    app = task.app
    return _address(app) != "" and not app.conf.task_always_eager and app.current_worker_task is None


@lru_cache(maxsize=2)
def _address(app: Celery) -> str:
    """Of the broker, which does not change in a process; empty where it is another's or has its own names for queues."""
    address = str(app.conf.broker_url)
    named = app.conf.broker_transport_options.get("global_keyprefix")
    return address if address.startswith("redis://") and not named else ""


def put(task: Task, args: tuple[Any, ...]) -> None:
    """Raises one of AWAY, and TypeError for arguments that the task does not take."""
    task.__header__(*args)
    plan = _plan(task)
    number = str(uuid4())
    headers = plan.headers | {"id": number, "root_id": number, "argsrepr": repr(args)[:1024]}
    body = json.dumps([args, {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    message = {
        "body": base64.b64encode(body.encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": headers,
        "properties": {
            "correlation_id": number,
            "reply_to": plan.reply_to,
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": plan.queue},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": kombu_uuid(),
        },
    }
    _client(_address(task.app)).lpush(plan.queue, json.dumps(message))


@lru_cache(maxsize=200)
def _plan(task: Task) -> _Plan:
    app = task.app
    queue = app.amqp.router.route({}, task.name)["queue"].name
    made = app.amqp.as_task_v2(
        "",
        task.name,
        time_limit=task.time_limit,
        soft_time_limit=task.soft_time_limit,
        ignore_result=task.ignore_result,
    )
    return _Plan(str(queue), dict(made.headers), str(app.thread_oid))


@lru_cache(maxsize=2)
def _client(address: str) -> "Redis":
    # A connection that the server closed meanwhile is made anew, once.
    return Redis.from_url(address, retry=Retry(NoBackoff(), 1), socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
