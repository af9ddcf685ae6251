"""The file in the tax office's form, by the library `dac7`: the only module that imports it.

The library says new, corrected and resent; what it lacks is withdrawn, which the schema has: its mark is set here. The
schema it carries is stricter than the one published (DGFiP, v1.6), and every file is checked against it before it is kept.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import xmlschema
from dac7.constants import Env
from dac7.core import DAC7_SCHEMA, json_to_xml
from dac7.models.dpi import DpiDeclaration
from dac7.models.enums import CountryCode, LegalAddressType, NamePersonType, Nexus, ProdDocSpecType
from dac7.models.flat import (
    Address,
    Declaration,
    MandatoryTaxIdentificationNumber,
    OtherActivities,
    OtherIdentificationNumber,
    OtherPlatformOperators,
    PlatformOperator,
    ReportableEntitySeller,
    ReportableIndividualSeller,
    TaxIdentificationNumber,
)
from dac7.naming import build_filename
from django.conf import settings

from booking.models import TaxReportLine
from booking.platform_report.figures import Year
from booking.platform_report.identity import Identity

FRANCE = CountryCode.FRANCE
Action = TaxReportLine.Action


@dataclass(frozen=True)
class Seller:
    """One practitioner in a file. `seller_id` is the same for ever: the tax office follows versions by it."""

    seller_id: str
    version: int
    action: str
    identity: Identity
    year: Year


def compose(
    *, year: int, number: int, platform: dict[str, Any], sellers: Sequence[Seller], first: bool, made_at: dt.datetime
) -> tuple[str, str]:
    """The name of the file and its XML, valid against the schema. `first`: the tax office knows nothing of the platform yet."""
    declaration = Declaration(
        fiscal_year=year,
        declaration_id=number,
        timestamp=made_at,
        platform_operator=_platform(platform, first),
        other_platform_operators=OtherPlatformOperators(),
        reportable_entity_sellers=[_entity(seller) for seller in sellers if seller.identity.is_entity],
        reportable_individual_sellers=[_individual(seller) for seller in sellers if not seller.identity.is_entity],
        env=Env.PROD,
    )
    said = declaration.get_dpi()
    data = said.model_dump(by_alias=True, exclude_defaults=True, mode="json")
    _mark(data, declaration.ref_id_prefix, {seller.seller_id: seller for seller in sellers})
    DpiDeclaration.model_validate(data)
    xml = json_to_xml(json.dumps(data))
    check(xml)
    head = data["dpi:MessageSpec"]
    return f"{build_filename(head['dpi:MessageRefId'], head['dpi:Timestamp'], number)}.xml", xml


@lru_cache(maxsize=1)
def _schema() -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(DAC7_SCHEMA)


def check(xml: str) -> None:
    """Raise xmlschema.XMLSchemaValidationError when the tax office's schema does not hold."""
    _schema().validate(xml)


def _platform(platform: dict[str, Any], first: bool) -> PlatformOperator:
    siren = platform["siret"][:9]
    return PlatformOperator(
        updated=first,
        residence_country_code="FR",
        tax_identification_numbers=[MandatoryTaxIdentificationNumber(issued_by=FRANCE, value=siren)],
        other_identification_numbers=[OtherIdentificationNumber(issued_by=FRANCE, value=siren, type="BRN")],
        vat_number=platform["vat_number"],
        legal_names=[platform["name"]],
        business_names=[settings.WAGTAIL_SITE_NAME],
        addresses=[_address(platform["street"], platform["postal_code"], platform["town"], "OECD304")],
        nexus=Nexus.RESIDENT,
    )


def _address(street: str, postal_code: str, town: str, kind: str) -> Address:
    return Address(
        legal_type=LegalAddressType(kind), country_code=FRANCE, street=street, post_code=postal_code, city=town
    )


def _entity(seller: Seller) -> ReportableEntitySeller:
    who = seller.identity
    return ReportableEntitySeller(
        **_common(seller),
        legal_names=[who.entity_name],
        tax_identification_numbers=[TaxIdentificationNumber(issued_by=FRANCE, value=who.siren)],
        other_identification_numbers=[OtherIdentificationNumber(issued_by=FRANCE, value=who.siret, type="BRN")],
    )


def _individual(seller: Seller) -> ReportableIndividualSeller:
    """Without a tax number the place of birth identifies the person (rule 12)."""
    who = seller.identity
    number = who.birth.tax_number
    assert who.born_on is not None  # looked at by `missing()` before a line is made
    return ReportableIndividualSeller(
        **_common(seller),
        name_type=NamePersonType.INDIVIDUAL,
        first_name=who.first_name,
        last_name=who.last_name,
        birth_date=who.born_on,
        birth_city=who.birth.city,
        birth_country_code=CountryCode(who.birth.country),
        tax_identification_numbers=[TaxIdentificationNumber(issued_by=FRANCE, value=number)] if number else [],
    )


def _common(seller: Seller) -> dict[str, Any]:
    who = seller.identity
    return {
        "seller_id": seller.seller_id,
        "version": seller.version,
        "residence_country_code": "FR",
        "vat_number": who.vat_number or None,
        "addresses": [_address(who.street, who.postal_code, who.town, "OECD303")],
        "personal_services": _activities(seller.year),
    }


def _activities(year: Year) -> OtherActivities:
    """VAT that the practitioner owes is not withheld by the platform: no taxes."""
    amounts: dict[str, Any] = {"currency_code": "EUR"}
    for number, quarter in enumerate(year.quarters, start=1):
        amounts[f"consideration_amount_q{number}"] = Decimal(quarter.consideration) / 100
        amounts[f"activities_number_q{number}"] = quarter.declared_sessions
        amounts[f"fees_amount_q{number}"] = Decimal(quarter.fees) / 100
        amounts[f"taxes_amount_q{number}"] = Decimal(0)
    return OtherActivities(**amounts)


def _mark(data: dict[str, Any], prefix: str, sellers: dict[str, Seller]) -> None:
    """Withdrawn lines, and lines declared again after they were withdrawn, of which the library knows nothing."""
    for row in data["dpi:DPIBody"].get("dpi:ReportableSeller", []):
        spec = row["dpi:DocSpec"]
        seller = sellers[spec["stf:DocRefId"].removeprefix(f"{prefix}_").rpartition("_v")[0]]
        if seller.action == Action.REMOVED:
            spec["stf:DocTypeIndic"] = ProdDocSpecType.DATA_DELETION.value
        elif seller.action == Action.NEW and seller.version > 1:
            spec["stf:DocTypeIndic"] = ProdDocSpecType.NEW_DATA.value
            spec.pop("stf:CorrDocRefId", None)
