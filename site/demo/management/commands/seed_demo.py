"""`manage.py seed_demo`: the whole demo, once; run again, it keeps what is there."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.signal_handlers import disable_reference_index_auto_update

from booking.models import Payment
from demo.content.people import practitioners as written_people
from demo.content.shapes import DemoPractitioner
from demo.seed import (
    accounts,
    agenda,
    catalogue,
    claims,
    clients,
    complaints,
    desk,
    documents,
    ends,
    files,
    governance,
    groups,
    invoices,
    letters,
    linked,
    money,
    pages,
    paid_services,
    payments,
    reviews,
    rights,
    rules,
    visits,
)
from demo.seed.people import Seeder, collections
from editorial.actions import site_tree
from places.actions import gazetteer
from practitioners.models import PageFigure, Practitioner
from search.actions import entries, landings, synonyms
from search.models import SearchEntry


class Command(BaseCommand):
    help = "Fill an empty database with the demo's content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--people", type=int, default=0, help="only so many practitioners (tests); 0 is all of them"
        )
        parser.add_argument("--without-stripe", action="store_true", help="no payment account: nothing is paid online")

    def handle(self, *args: Any, **options: Any) -> None:
        stripe = not options["without_stripe"]
        if Practitioner.objects.exists():
            self.stdout.write("The demo content is already there.")
        else:
            with transaction.atomic(), disable_reference_index_auto_update():
                self._seed(people=options["people"], stripe=stripe)
        # What follows is not in that transaction: a run that was interrupted is taken up here.
        # Steps of the agenda write some entries by themselves: what counts is that none is missing.
        if SearchEntry.objects.count() < Practitioner.objects.listed().count():
            with self._step("search entries"):
                entries.rebuild()
                landings.refresh()
        if not PageFigure.objects.exists():
            with self._step("a year of visits"), transaction.atomic():
                visits.seed()
        if stripe and not Payment.objects.exists():
            with self._step("months of payments, invoices and payouts"):
                money.seed()
            with self._step("appointments paid online, withdrawals"):
                payments.seed()
                money.declared_withdrawals()
        if stripe and paid_services.is_wanting():
            with self._step("a subscription to an optional service"):
                paid_services.subscription()

    def _seed(self, *, people: int, stripe: bool) -> None:
        with self._step("communes, départements and régions"):
            gazetteer.load()
        with self._step("practices and themes"):
            practices = catalogue.practices()
            themes = catalogue.themes(practices)
        with self._step("synonyms of the search"):
            synonyms.load()
        with self._step("people of the house and pages"):
            staff = accounts.staff()
            client = accounts.client()
            tree = site_tree.ensure()
        with self._step("legal documents, two versions each"):
            documents.operator(author=staff["legal2"], reviewer=staff["legal"], approver=staff["legal3"])
            documents.first_acceptance(client)
        seeder = Seeder(practices=practices, themes=themes, index=tree.profiles, verifier=staff["verification"])
        rows = chosen(people)
        with self._step(f"{len(rows)} practitioners"):
            listed = self._people(seeder, rows)
            collections(listed.values())
        with self._step("payment accounts and agendas"):
            pool = agenda.clients()
            payments.fee()
            paid_services.catalogue()
            accounts_ids = payments.accounts(listed.values()) if stripe else {}
            for row in rows:
                practitioner = listed[row.key]
                agenda.opening(practitioner, row)
                if row is rows[0]:
                    rules.story(practitioner)
                    groups.weekly(practitioner, pool)
                if practitioner.pk in accounts_ids:
                    agenda.payment_account(practitioner, accounts_ids[practitioner.pk])
                agenda.appointments(practitioner, row, pool)
                if row is rows[0]:
                    groups.series(practitioner, client)
                    groups.waiting(practitioner)
        with self._step("clients, messages and requests"):
            clients.story(listed[rows[0].key])
            linked.family(listed[rows[0].key])
            if not stripe:  # else once the months behind them are billed: an issuer's dates never go back
                invoices.story(listed[rows[0].key])
        with self._step("reviews"):
            reviews.reviews(listed)
        with self._step("themes and articles"):
            pages.themes(tree, themes, staff["editor"])
            pages.articles(tree, staff["editor"])
            pages.standing_pages(tree)
            letters.video()
        with self._step("consents, letters and messages received"):
            letters.letter(staff["editor"])
            letters.messages(client, staff["operator"])
        with self._step("applications, reports and structures"):
            files.applications(seeder)
            desk.desk(seeder.now, verifier=seeder.verifier)
            files.reports(listed)
            files.structures(listed, tree.structures, staff["structure"])
            files.registers()
            complaints.story(first=staff["moderation"], second=staff["moderation2"], people=list(listed.values()))
            ends.story(people=list(listed.values()), verifier=staff["verification"])
        with self._step("the desk of the claims check"):
            claims.desk(staff["legal"])
        with self._step("requests about personal data"):
            rights.story(
                team=staff["legal"], second=staff["legal2"], practitioner=listed[rows[0].key].user, client=client
            )
        with self._step("providers, breaches and audits"):
            governance.story(
                team=staff["legal"], second=staff["legal2"], practitioner=listed[rows[0].key].user, client=client
            )
        with self._step("the first anchor of the evidence"):
            documents.anchor()

    def _people(self, seeder: Seeder, rows: list[DemoPractitioner]) -> dict[str, Practitioner]:
        found = {}
        for rank, row in enumerate(rows):
            # The first showcase of Lyon is the one that the practitioner's role signs in as.
            email = accounts.address("practitioner") if rank == 0 else ""
            practitioner = seeder.listed(rank, row, email=email)
            documents.of_practitioner(practitioner)
            if rank == 0:
                accounts.can_sign_in(practitioner.user, second_factor=True)
            found[row.key] = practitioner
        return found

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        self.stdout.write(f"  {what} …", ending="")
        self.stdout.flush()
        yield
        self.stdout.write(f" {time.monotonic() - started:.1f} s")


def chosen(people: int) -> list[DemoPractitioner]:
    """The practitioners to create, those of Lyon first: the demo's story happens there."""
    everyone = sorted(written_people(), key=lambda row: row.place.town != "Lyon")
    return everyone[:people] if people else everyone
