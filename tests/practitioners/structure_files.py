"""Invented lines in the shape of the published files. Names, numbers and addresses are nobody's; SIRETs have a right sum."""

from pathlib import Path
from typing import Any

from practitioners.structure_import.finess import COLUMNS

# As INSEE publishes them, in its order; the importer reads some by name.
SIRENE_COLUMNS = (
    "siren", "nic", "siret", "statutDiffusionEtablissement", "dateCreationEtablissement", "trancheEffectifsEtablissement",
    "anneeEffectifsEtablissement", "activitePrincipaleRegistreMetiersEtablissement", "dateDernierTraitementEtablissement",
    "etablissementSiege", "nombrePeriodesEtablissement", "complementAdresseEtablissement", "numeroVoieEtablissement",
    "indiceRepetitionEtablissement", "dernierNumeroVoieEtablissement", "indiceRepetitionDernierNumeroVoieEtablissement",
    "typeVoieEtablissement", "libelleVoieEtablissement", "codePostalEtablissement", "libelleCommuneEtablissement",
    "libelleCommuneEtrangerEtablissement", "distributionSpecialeEtablissement", "codeCommuneEtablissement",
    "codeCedexEtablissement", "libelleCedexEtablissement", "codePaysEtrangerEtablissement", "libellePaysEtrangerEtablissement",
    "identifiantAdresseEtablissement", "coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement",
    "complementAdresse2Etablissement", "numeroVoie2Etablissement", "indiceRepetition2Etablissement", "typeVoie2Etablissement",
    "libelleVoie2Etablissement", "codePostal2Etablissement", "libelleCommune2Etablissement",
    "libelleCommuneEtranger2Etablissement", "distributionSpeciale2Etablissement", "codeCommune2Etablissement",
    "codeCedex2Etablissement", "libelleCedex2Etablissement", "codePaysEtranger2Etablissement", "libellePaysEtranger2Etablissement",
    "dateDebut", "etatAdministratifEtablissement", "enseigne1Etablissement", "enseigne2Etablissement", "enseigne3Etablissement",
    "denominationUsuelleEtablissement", "activitePrincipaleEtablissement", "nomenclatureActivitePrincipaleEtablissement",
    "caractereEmployeurEtablissement",
)  # fmt: skip


def siret(number: int) -> str:
    """Fourteen digits whose sums hold, for the SIREN and for the whole."""
    siren = f"{number:08d}"
    siren += str(_check(siren))
    nic = "0001"
    return siren + nic + str(_check(siren + nic))


def _check(digits: str) -> int:
    total = sum(sum(divmod(2 * int(d), 10)) if n % 2 == 0 else int(d) for n, d in enumerate(reversed(digits)))
    return -total % 10


def sirene_line(number: int = 90000001, **changed: str) -> dict[str, str]:
    own = siret(number)
    return {
        **dict.fromkeys(SIRENE_COLUMNS, ""),
        "siren": own[:9],
        "nic": own[9:],
        "siret": own,
        "statutDiffusionEtablissement": "O",
        "numeroVoieEtablissement": "12",
        "typeVoieEtablissement": "RUE",
        "libelleVoieEtablissement": "DES LILAS",
        "codePostalEtablissement": "69003",
        "libelleCommuneEtablissement": "LYON",
        "codeCommuneEtablissement": "69123",
        "etatAdministratifEtablissement": "A",
        "denominationUsuelleEtablissement": "ESPACE DES LILAS",
        "activitePrincipaleEtablissement": "86.90F",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        **changed,
    }


def sirene_text(*rows: dict[str, str], without: tuple[str, ...] = ()) -> str:
    names = [name for name in SIRENE_COLUMNS if name not in without]
    return "".join(",".join(row) + "\n" for row in (names, *([row[name] for name in names] for row in rows)))


def finess_line(number: str = "690900001", **changed: str) -> dict[str, str]:
    return {
        **dict.fromkeys(COLUMNS, ""),
        "section": "structureet",
        "nofinesset": number,
        "nofinessej": "690000999",
        "rs": "CDS DES LILAS",
        "rslongue": "CENTRE DE SANTÉ DES LILAS",
        "numvoie": "3",
        "typvoie": "PL",
        "voie": "DU MARCHE",
        "commune": "123",
        "departement": "69",
        "libdepartement": "RHONE",
        "ligneacheminement": "69003 LYON",
        "telephone": "0472000000",
        "categetab": "124",
        "libcategetab": "Centre de Santé",
        "codeape": "8690F",
        **changed,
    }


def finess_text(*rows: dict[str, str], on: str = "2026-11-05") -> str:
    return f"finess;etalab;93;{on}\n" + "".join(";".join(row.values()) + "\n" for row in rows)


def written(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def facts_of(row: Any) -> dict[str, Any]:
    """All that is stored of a structure, to compare before and after."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
