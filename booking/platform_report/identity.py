"""Who is declared: what the practitioner's file says, and what only the tax office asks, sealed at rest."""

import datetime as dt
import json
from dataclasses import asdict, dataclass

from booking.models import TaxDetails
from common import crypto
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Birth:
    """What is sealed of a person. The tax number may be unknown: the place of birth then stands for it."""

    date: str = ""
    city: str = ""
    country: str = "FR"
    tax_number: str = ""


@dataclass(frozen=True)
class Identity:
    """As declared. Frozen with each line, so that the copy says what the tax office was told."""

    nature: str
    first_name: str
    last_name: str
    entity_name: str
    street: str
    postal_code: str
    town: str
    siret: str
    vat_number: str
    birth: Birth

    @property
    def is_entity(self) -> bool:
        return self.nature == TaxDetails.Nature.ENTITY

    @property
    def siren(self) -> str:
        return self.siret[:9]

    @property
    def shown_name(self) -> str:
        return self.entity_name if self.is_entity else f"{self.first_name} {self.last_name}"

    @property
    def born_on(self) -> dt.date | None:
        return dt.date.fromisoformat(self.birth.date) if self.birth.date else None

    def missing(self) -> list[str]:
        """What the file cannot do without, by the names of `MISSING` (wording.py)."""
        gaps = [name for name in ("street", "postal_code", "town") if not getattr(self, name).strip()]
        if self.is_entity:
            gaps += [] if self.siret else ["siret"]
            gaps += [] if self.entity_name.strip() else ["entity_name"]
        elif not (self.birth.date and self.birth.city.strip()):
            gaps.append("birth")
        return gaps

    def seal(self) -> str:
        return crypto.encrypt(json.dumps(asdict(self)))

    @classmethod
    def unseal(cls, token: str) -> "Identity":
        facts = json.loads(crypto.decrypt(token))
        return cls(**facts | {"birth": Birth(**facts["birth"])})


def details_of(practitioner: Practitioner) -> tuple[TaxDetails | None, Birth]:
    row = TaxDetails.objects.filter(practitioner=practitioner).first()
    return row, unsealed(row)


def unsealed(row: TaxDetails | None) -> Birth:
    return Birth(**json.loads(crypto.decrypt(row.sealed))) if row and row.sealed else Birth()


def sealed(birth: Birth) -> str:
    return crypto.encrypt(json.dumps(asdict(birth)))


def identity_of(practitioner: Practitioner, row: TaxDetails | None) -> Identity:
    """A practitioner who said nothing yet is taken for a person, as nearly all are."""
    return Identity(
        nature=row.nature if row else TaxDetails.Nature.INDIVIDUAL,
        first_name=practitioner.first_name,
        last_name=practitioner.last_name,
        entity_name=row.entity_name if row else "",
        street=practitioner.street,
        postal_code=practitioner.postal_code,
        town=practitioner.town,
        siret=practitioner.siret,
        vat_number=practitioner.vat_number,
        birth=unsealed(row),
    )
