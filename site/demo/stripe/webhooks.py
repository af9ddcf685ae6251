"""Events, and their delivery to the site: signed, retried, and disturbed on request.

An event and its delivery are written in the transaction of what happened, so a stopped stand-in forgets none.
"""

import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from demo.stripe.store import Body, Store, new_id

logger = logging.getLogger(__name__)

API_VERSION = "2026-10-28.endive"
RETRY_AFTER = (1, 2, 5, 15, 60, 300, 1800, 3600)  # then hourly, for three days, as Stripe's
GIVE_UP_AFTER = len(RETRY_AFTER) + 70
DELIVERY_TIMEOUT = 10
FAULTS = ("duplicate", "delay", "reorder", "drop")


def iso(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat().replace("+00:00", "Z")


def emit(store: Store, kind: str, subject: Body, *, account: str = "") -> Body:
    """A v1 event with the object as it is now; `account` is set when it happened on a connected account."""
    event = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": store.now(),
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    if account:
        event["account"] = account
    store.add("event", event, account=account)
    _schedule(store, event)
    return event


def emit_thin(store: Store, kind: str, account: str, data: Body) -> Body:
    """A v2 event: its notification only says what to fetch."""
    event = {
        "id": new_id("evt_test"),
        "object": "v2.core.event",
        "type": kind,
        "created": iso(store.now()),
        "livemode": False,
        "reason": None,
        "related_object": {"id": account, "type": "v2.core.account", "url": f"/v2/core/accounts/{account}"},
        "data": data,
    }
    store.add("v2.core.event", event)
    _schedule(store, event)
    return event


def payload(event: Body) -> str:
    """The body sent; a thin event's data stay with Stripe."""
    if event["object"] == "v2.core.event":
        event = {name: value for name, value in event.items() if name != "data"}
    return json.dumps(event, indent=2, ensure_ascii=False)


def signature(body: str, secret: str) -> str:
    """Stripe's scheme. On the machine's own clock: the receiver checks the age against its own."""
    timestamp = int(time.time())
    digest = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def _schedule(store: Store, event: Body) -> None:
    """One delivery, or what the next fault in the queue makes of it."""
    now = store.precise_now()
    faults: list[Body] = store.setting("webhook_faults", [])
    fault = next((item for item in faults if not item.get("type") or item["type"] == event["type"]), None)
    if fault is None:
        _add(store, event, now, "pending")
        return
    mode = fault["mode"]
    fault["count"] -= 1
    store.set_setting("webhook_faults", [item for item in faults if item["count"] > 0])
    if mode == "drop":
        _add(store, event, now, "dropped")
    elif mode == "delay":
        _add(store, event, now + fault["seconds"], "pending")
    elif mode == "duplicate":
        _add(store, event, now, "pending")
        _add(store, event, now, "pending")
    else:  # reorder: held until the last of them is there, then sent the last one first
        _add(store, event, now, "held")
        if fault["count"] <= 0:
            held = store.rows("SELECT seq, event FROM delivery WHERE state = 'held' ORDER BY seq DESC")
            for seq, event_id in held:
                store.run("DELETE FROM delivery WHERE seq = ?", seq)
                store.run("INSERT INTO delivery (event, due, state) VALUES (?, ?, 'pending')", event_id, now)


def _add(store: Store, event: Body, due: float, state: str) -> None:
    store.run("INSERT INTO delivery (event, due, state) VALUES (?, ?, ?)", event["id"], due, state)


def waiting(store: Store, *, all_of_them: bool = False) -> list[tuple[int, str]]:
    """Deliveries that are due, oldest first; all of them also takes the delayed and the held ones."""
    if all_of_them:
        return store.rows("SELECT seq, event FROM delivery WHERE state IN ('pending', 'held') ORDER BY seq")
    return store.rows(
        "SELECT seq, event FROM delivery WHERE state = 'pending' AND due <= ? ORDER BY due, seq", store.precise_now()
    )


def take(store: Store, secret: str) -> list[dict[str, Any]]:
    """What is due, signed, for a test that posts it itself; it counts as delivered."""
    with store.transaction():
        taken = []
        for seq, event_id in waiting(store):
            body = payload(store.get(event_id) or {})
            taken.append({"event": event_id, "payload": body, "signature": signature(body, secret)})
            store.run("UPDATE delivery SET state = 'delivered', answer = 'taken' WHERE seq = ?", seq)
        return taken


class Courier:
    """Posts deliveries from a thread of its own. Without an address they wait.

    `tick` is what time alone brings about (a session that expires), looked at every second.
    """

    def __init__(self, store: Store, url: str, secret: str, tick: Callable[[Store], None]) -> None:
        self.store, self.url, self.secret, self.tick = store, url, secret, tick
        self._wake, self._stopped = threading.Event(), threading.Event()
        self._posting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="stripe-webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        self._thread.join(timeout=DELIVERY_TIMEOUT + 1)

    def wake(self) -> None:
        self._wake.set()

    def deliver(self, *, all_of_them: bool = False) -> int:
        """Posts what is waiting, in order; returns how many were accepted."""
        if not self.url:
            return 0
        with self._posting:  # one at a time, so that "in order" means something
            return sum(self._post(seq, event) for seq, event in waiting(self.store, all_of_them=all_of_them))

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self.store.transaction():
                    self.tick(self.store)
                if not self.store.setting("webhooks_paused", False):
                    self.deliver()
            except Exception:
                # The thread must outlive one bad delivery; the next round tries again.
                logger.exception("webhook delivery failed")
            self._wake.wait(timeout=1)
            self._wake.clear()

    def _post(self, seq: int, event_id: str) -> bool:
        body = payload(self.store.get(event_id) or {})
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature(body, self.secret)}
        try:
            response = requests.post(
                self.url, data=body.encode(), headers=headers, timeout=DELIVERY_TIMEOUT, allow_redirects=False
            )
            accepted, answer = response.ok and not response.is_redirect, str(response.status_code)
        except requests.RequestException as error:
            accepted, answer = False, type(error).__name__
        with self.store.transaction():
            ((attempts,),) = self.store.rows("SELECT attempts + 1 FROM delivery WHERE seq = ?", seq) or ((1,),)
            state = "delivered" if accepted else "pending" if attempts < GIVE_UP_AFTER else "failed"
            wait = RETRY_AFTER[min(attempts, len(RETRY_AFTER)) - 1]
            self.store.run(
                "UPDATE delivery SET state = ?, attempts = ?, answer = ?, due = ? WHERE seq = ?",
                *(state, attempts, answer, self.store.precise_now() + wait, seq),
            )
        if not accepted:
            logger.warning("webhook %s not accepted (%s), attempt %s", event_id, answer, attempts)
        return bool(accepted)
