# ruff: noqa: E402, T201 (a script: settings first, and its output is its purpose)
"""From a time to a confirmed appointment over HTTP, without online payment: `python tests/bench/booking.py SERVER`.

Two ways, on a server and a database as in production (its limit on one address's holds apart). A client who is signed in and known
holds a time and books it: two requests, which the figure "hold to confirmed" is about; accounts, sessions and what they accepted
are made before the clock starts. A new visitor also says who books: three requests, an account made and an address to confirm.
In the same run, by as many connections: the rows of a booking written by bare SQL in as many transactions, which is what it can be
compared with, and bare inserts into the same constraint, which say only what the constraint itself costs.
"""

import datetime as dt
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from urllib.parse import urlencode

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

import django

django.setup()

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models import Model

from accounts.models import User
from booking.models import Appointment, Occupation, Status
from booking.slots import free_slots
from common.clock import now
from common.models import OutboxMessage
from legal.actions import acceptances, documents
from practitioners.models import Practitioner
from tests.bench.figures import keep
from tests.bench.load import Answer, Client, play, request
from tests.factories.accounts import UserFactory
from tests.factories.booking import bookable_practitioner
from tests.factories.legal import Kind, make_version
from tests.factories.practitioners import PractitionerFactory

CLIENTS = 8
BOOKINGS = 400
KNOWN = 40
ROUNDS = 3
SLUG = "bench-booking"
TOKEN = "b" * 32
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}


Steps = Generator[bytes, Answer, "Consent"]
Consent = dict[str, str]


class Visitor:
    """A browser without JavaScript, new for each booking: only the connection is kept."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, data: dict[str, str] | None = None) -> Generator[bytes, Answer, Answer]:
        cookies = "; ".join(f"{name}={value}" for name, value in {"csrftoken": TOKEN, **self.cookies}.items())
        body = urlencode(data).encode() if data is not None else b""
        answer = yield request(self.base, method, path, HEADERS | {"Cookie": cookies}, body)
        for cookie in answer.all("Set-Cookie"):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def book(self, number: int, slug: str, service: int, start: dt.datetime, consent: Consent) -> Steps:
        """The three steps of who is new; gives back what the last page asks to accept, which is the same for everybody."""
        self.cookies = {}
        reference = (yield from self._hold(slug, service, start)).split("/")[2]
        who = {
            "first_name": "Léa", "last_name": "Bernard", "email": f"lea.{number}.{os.getpid()}@exemple.fr",
            "phone": "06 12 34 56 78", "whom": "moi", "adult": "on",
        }  # fmt: skip
        self._moved((yield from self.send("POST", f"/rendez-vous/{reference}/coordonnees/", who)))
        check = f"/rendez-vous/{reference}/verifier/"
        if not consent:
            page = (yield from self.send("GET", check)).body.decode()
            consent = dict(re.findall(r'<input type="hidden" name="([\w_]+)" value="([^"]*)"', page))
            consent |= dict.fromkeys(re.findall(r'<input type="checkbox" name="(\w+)"', page), "on")
            consent.pop("csrfmiddlewaretoken", None)
        self._confirmed(reference, (yield from self.send("POST", check, consent)))
        return consent

    def book_known(self, session: str, slug: str, service: int, start: dt.datetime, consent: Consent) -> Steps:
        """The two of a client who is signed in."""
        self.cookies = {settings.SESSION_COOKIE_NAME: session}
        check = yield from self._hold(slug, service, start)
        if not check.endswith("/verifier/"):
            raise RuntimeError(f"a known client is asked something: {check}")
        self._confirmed(check.split("/")[2], (yield from self.send("POST", check, consent)))
        return consent

    def _hold(self, slug: str, service: int, start: dt.datetime) -> Generator[bytes, Answer, str]:
        form = {"practitioner": slug, "service": str(service), "start": start.isoformat()}
        return self._moved((yield from self.send("POST", "/rendez-vous/reserver/", form)))

    def _confirmed(self, reference: str, answer: Answer) -> None:
        """Booked, which the answer thanks for."""
        where = self._moved(answer)
        if not where.startswith(f"/rendez-vous/{reference}/?merci"):
            raise RuntimeError(f"not booked: {where}")

    def _moved(self, answer: Answer) -> str:
        if answer.status != 302:
            text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.body.decode()))
            raise RuntimeError(f"answered {answer.status}: {text[-600:]}")
        return answer.all("Location")[0]


def practitioners(count: int) -> list[tuple[str, int, list[dt.datetime]]]:
    """With an agenda of their own for each connection, as visitors of a directory spread over many."""
    # Each run adds its own to what is there.
    for factory in (UserFactory, PractitionerFactory):
        factory.reset_sequence(time.time_ns() // 1_000_000, force=True)
    for kind in (Kind.CGU, Kind.PRIVACY):
        if not kind_is_published(kind):
            make_version(documents.create_document(kind=kind, title=kind.label))
    found = []
    for _number in range(count):
        practitioner, service = bookable_practitioner()
        Practitioner.objects.filter(pk=practitioner.pk).update(slug=f"{SLUG}-{practitioner.pk}")
        day = now().date() + dt.timedelta(days=1)
        days = free_slots(
            practitioner=practitioner, service=service, first_day=day, last_day=day + dt.timedelta(days=58), now=now()
        )
        # Every other one: they last an hour and start each half hour.
        starts = [slot.start for here in days.values() for slot in here.slots[::2]]
        found.append((f"{SLUG}-{practitioner.pk}", service.pk, starts))
    return found


def kind_is_published(kind: Kind) -> bool:
    return documents.current(kind=kind, now=now()) is not None


def known_clients(count: int) -> list[str]:
    """Sessions of as many clients, who accepted the documents in force when they first booked."""
    moment, sessions = now(), []
    versions = documents.in_force([(Kind.CGU, None), (Kind.PRIVACY, None)], now=moment).values()
    for number in range(count):
        email = f"connue.{number}.{time.time_ns()}@exemple.fr"
        user = User.objects.create_user(email, first_name="Léa", last_name="Bernard", adult_declared_at=moment)
        for version in versions:
            acceptances.accept(user=user, version=version, box_text="", page="", ip=None, agent="", now=moment)
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        sessions.append(str(session.session_key))
    return sessions


def over_http(base: str, agendas: list[tuple[str, int, list[dt.datetime]]], sessions: list[str]) -> float:
    """Bookings a second, by the clients of `sessions`, each several times; without any, each by a new visitor."""
    stamp = int(time.time()) % 10_000 * 1_000_000
    learnt: Consent = {}

    def first() -> Client:
        slug, service, starts = agendas[0]
        learnt.update((yield from Visitor(base).book(-int(time.time()), slug, service, starts.pop(), {})))

    def many(number: int, count: int) -> Client:
        slug, service, starts = agendas[number]
        visitor = Visitor(base)
        for one in range(count):
            if sessions:
                session = sessions[(one * CLIENTS + number) % len(sessions)]
                yield from visitor.book_known(session, slug, service, starts.pop(), learnt)
            else:
                yield from visitor.book(number * 100_000 + stamp + one, slug, service, starts.pop(), learnt)

    play(base, [first()])
    # Warm, then measured.
    play(base, [many(number, 5) for number in range(CLIENTS)])
    began = time.perf_counter()
    play(base, [many(number, BOOKINGS // CLIENTS) for number in range(CLIENTS)])
    return BOOKINGS / (time.perf_counter() - began)


def bare() -> float:
    """Inserts a second into a table with the same exclusion constraint and nothing else, each its own transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "drop table if exists bench_bare; create table bench_bare (id bigserial primary key, practitioner_id bigint,"
            " busy_start timestamptz, busy_end timestamptz,"
            " exclude using gist (tstzrange(busy_start, busy_end, '[)') with &&, practitioner_id with =))"
        )
    day = now().replace(hour=0, minute=0, second=0, microsecond=0)
    statement = "insert into bench_bare (practitioner_id, busy_start, busy_end) values (%s, %s, %s)"
    each = 500

    def run(number: int) -> None:
        with _own_connection() as own:
            for one in range(each):
                start = day + dt.timedelta(hours=one)
                own.execute(statement, [number, start, start + dt.timedelta(hours=1)])

    took = _at_once(run)
    with connection.cursor() as cursor:
        cursor.execute("drop table bench_bare")
    return CLIENTS * each / took


def same_rows(agendas: list[tuple[str, int, list[dt.datetime]]]) -> float:
    """The rows of a booking by bare SQL, a second: the hold with its event; then the client, with the event and the message.

    Two transactions, the tables of the site with their triggers; whatever else a row says is copied from a booking made over HTTP.
    """
    mine = Appointment.objects.filter(practitioner__slug__startswith=SLUG, status=Status.CONFIRMED)
    like = mine.exclude(reference__contains="-").latest("pk")
    message = OutboxMessage.objects.filter(about=f"appointment:{like.reference}").latest("pk")
    held = {
        "reference": "%(reference)s", "practitioner_id": "%(practitioner)s", "service_id": "%(service)s",
        "place_id": "%(place)s", "starts_at": "%(start)s", "ends_at": "%(end)s", "busy_start": "%(start)s",
        "busy_end": "%(end)s", "status": "'held'", "hold_expires_at": "now() + interval '15 minutes'",
        "client_id": "null", "record_id": "null", "booked_at": "null",
    }  # fmt: skip
    hold = _copy(Appointment, held) + " returning id"
    event = (
        "insert into booking_appointmentevent (appointment_id, action, before, after, by, at, detail)"
        " values (%s, %s, %s, %s, 'client', now(), '')"
    )
    confirm = "update booking_appointment set status = 'confirmed', client_id = %s, record_id = %s, booked_at = now() where id = %s"
    tell = _copy(OutboxMessage, {"key": "%(key)s", "created_at": "now()", "next_attempt_at": "now()"})
    each = BOOKINGS // CLIENTS

    def run(number: int) -> None:
        slug, service, starts = agendas[number]
        practitioner = Practitioner.objects.get(slug=slug)
        place = practitioner.places.first()
        connection.close()
        with _own_connection() as own:
            for one in range(each):
                start = starts.pop()
                reference = f"B{number}{one}-{time.time_ns() % 1_000_000}"[:12]
                values = {
                    "like": like.pk, "reference": reference, "practitioner": practitioner.pk, "service": service,
                    "place": place and place.pk, "start": start, "end": start + dt.timedelta(hours=1),
                }  # fmt: skip
                with own.transaction():
                    (pk,) = own.execute(hold, values).fetchone()  # type: ignore[misc, arg-type]
                    own.execute(event, [pk, "hold", "", "held"])
                with own.transaction():
                    own.execute(confirm, [like.client_id, like.record_id, pk])
                    own.execute(event, [pk, "confirm", "held", "confirmed"])
                    own.execute(tell, {"like": message.pk, "key": f"bench-{reference}"})  # type: ignore[arg-type]

    return CLIENTS * each / _at_once(run)


def _copy(model: type[Model], instead: dict[str, str]) -> str:
    """An insert of a row like another one, but for what is said of some columns."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    table, into = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(instead.get(column, f'"{column}"') for column in columns)
    return f"insert into {table} ({into}) select {values} from {table} where id = %(like)s"


def _own_connection() -> psycopg.Connection:
    values = settings.DATABASES["default"]
    return psycopg.connect(
        host=values["HOST"], port=values["PORT"], user=values["USER"], dbname=values["NAME"],
        password=values["PASSWORD"] or None, autocommit=True,
    )  # fmt: skip


def _at_once(run: Callable[[int], None]) -> float:
    """Seconds that as many threads as there are clients took."""
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            run(number)
        except BaseException as error:  # noqa: BLE001 (raised again where it is seen)
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - began


def main() -> None:
    agendas, sessions = practitioners(2 * CLIENTS), known_clients(KNOWN)
    theirs = agendas[CLIENTS:]
    rounds = []
    for _ in range(ROUNDS):
        rounds.append((over_http(sys.argv[1], agendas, sessions), same_rows(theirs), bare()))
        booked, rows, inserts = rounds[-1]
        print(
            f"hold → confirmed: {booked:,.0f} a second; its rows by bare SQL: {rows:,.0f}; bare inserts: {inserts:,.0f}",
            flush=True,
        )
    # An agenda has only so many times.
    agendas = practitioners(CLIENTS)
    new = max(over_http(sys.argv[1], agendas, []) for _ in range(ROUNDS))
    print(f"the same by visitors who are new: {new:,.0f} a second", flush=True)
    booked, rows, _inserts = max(rounds)
    keep("hold to confirmed", booked)
    keep("hold to confirmed / its rows by bare SQL", booked / rows)
    mine = Appointment.objects.filter(practitioner__slug__startswith=SLUG, status=Status.CONFIRMED)
    if mine.count() != Occupation.objects.filter(practitioner__slug__startswith=SLUG).count():
        raise RuntimeError("confirmed appointments and occupied ranges differ")


if __name__ == "__main__":
    main()
