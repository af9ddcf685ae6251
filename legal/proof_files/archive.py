"""The archive: a PDF to read, JSON for machines, what is joined, and a manifest of SHA-256 that `sha256sum -c` reads.

    dossier.pdf  dossier.json  LISEZ-MOI.txt  pieces/…  MANIFESTE.sha256

Its bytes depend on its content alone. The SHA-256 of the manifest is kept in a chain (`ProofFile`): it tells a file made here from
one that was made over, manifest included.
"""

import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from common import pdf, wording
from common.clock import PARIS
from common.proof_parts import Part, Subject

MANIFEST, READ_ME, PDF, JSON = "MANIFESTE.sha256", "LISEZ-MOI.txt", "dossier.pdf", "dossier.json"
_TEMPLATE = Path(__file__).parent.parent / "pdf_templates" / "proof_file.typ"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n\r]{1,300})")
# A file that is unpacked larger than this is none of ours.
LARGEST = 200 * 1024 * 1024
_HOW = """Dossier de preuve {reference}, constitué le {date}.

Pour vérifier que rien n’y a changé :

1. Décompressez l’archive, et lancez dans son dossier :  sha256sum -c MANIFESTE.sha256
   Chaque ligne doit finir par « Réussi » (ou « OK »), et aucun autre fichier ne doit s’y trouver.
2. Calculez l’empreinte du manifeste lui-même :  sha256sum MANIFESTE.sha256
   L’opérateur compare cette empreinte à celle qu’il a inscrite, le jour de la constitution, dans une chaîne qui ne se réécrit pas :
   manage.py verify_proof_file ARCHIVE.zip
3. Chaque acceptation jointe (pieces/recus/) se vérifie seule, sans l’opérateur : {procedure}
"""


@dataclass(frozen=True)
class Cover:
    """What stands on the first page, and across every page."""

    reference: str
    made_at: dt.datetime
    by: str
    reason: str

    @property
    def watermark(self) -> str:
        return (
            f"{self.reference} – {self.by} – {wording.short_date(self.made_at, PARIS, year=True)} – {self.reason[:60]}"
        )


def build(subject: Subject, label: str, parts: Sequence[Part], cover: Cover) -> tuple[bytes, str]:
    """The archive and the SHA-256 of its manifest."""
    files = {
        PDF: _pdf(subject, label, parts, cover),
        JSON: _json(subject, label, parts, cover),
        READ_ME: _HOW.format(
            reference=cover.reference,
            date=wording.long_datetime(cover.made_at, PARIS),
            procedure=f"{settings.BASE_URL}/documents/registre/",
        ).encode(),
    }
    for part in parts:
        for name, content in part.files:
            files[f"pieces/{name}"] = content
    manifest = "".join(f"{_digest(files[name])}  {name}\n" for name in sorted(files)).encode()
    files[MANIFEST] = manifest
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            # One date for all: the same content is the same bytes.
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return target.getvalue(), _digest(manifest)


def tampered(file: IO[bytes]) -> tuple[str, list[str]]:
    """The SHA-256 of the manifest, and what is wrong with the archive, file by file; nothing when it is whole."""
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        return "", ["not an archive"]
    with archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        if sum(entry.file_size for entry in entries) > LARGEST:
            return "", ["larger than any file made here"]
        wrong = [f"{name}: twice in the archive" for name in sorted({name for name in names if names.count(name) > 1})]
        if MANIFEST not in names:
            return "", [*wrong, f"{MANIFEST}: missing"]
        try:
            manifest = archive.read(MANIFEST)
            listed = _listed(manifest)
            contents = {name: archive.read(name) for name in listed if name in names}
        except (zipfile.BadZipFile, UnicodeDecodeError) as error:
            return "", [*wrong, f"damaged: {error}"]
    for name, digest in listed.items():
        if name not in contents:
            wrong.append(f"{name}: missing")
        elif _digest(contents[name]) != digest:
            wrong.append(f"{name}: changed")
    wrong += [f"{name}: not in the manifest" for name in sorted(set(names) - set(listed) - {MANIFEST})]
    return _digest(manifest), wrong


def _listed(manifest: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in manifest.decode().splitlines():
        known = _LINE.fullmatch(line)
        # A line that is not one of ours lists a file that no archive has: it is reported as missing.
        digest, name = (known[1], known[2]) if known else ("", line[:80])
        found[name] = digest
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(subject: Subject, label: str, parts: Sequence[Part], cover: Cover) -> bytes:
    content: dict[str, Any] = {
        "format": "proof-file/1",
        "reference": cover.reference,
        "made_at": cover.made_at.astimezone(dt.UTC).isoformat(),
        "made_by": cover.by,
        "reason": cover.reason,
        "about": {"kind": subject.kind, "kind_label": label, "number": subject.key, "label": subject.label},
        "parts": [
            {"key": part.key, "title": part.title, "data": part.data, "files": [f"pieces/{name}" for name, _content in part.files]}
            for part in parts
        ],
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _pdf(subject: Subject, label: str, parts: Sequence[Part], cover: Cover) -> bytes:
    data = {
        "publisher": settings.WAGTAIL_SITE_NAME,
        "title": f"Dossier de preuve {cover.reference}",
        "about": f"{label} {subject.label}",
        "watermark": cover.watermark,
        "facts": [
            ["Constitué le", wording.long_datetime(cover.made_at, PARIS)],
            ["Par", cover.by],
            ["Motif", cover.reason],
            ["Fichiers", "Les pièces jointes et les empreintes sont dans l’archive : voir LISEZ-MOI.txt et MANIFESTE.sha256."],
        ],
        "parts": [
            {
                "title": part.title,
                "facts": [list(fact) for fact in part.facts],
                "columns": list(part.columns),
                "rows": [list(row) for row in part.rows],
                "files": [f"pieces/{name}" for name, _content in part.files],
            }
            for part in parts
        ],
    }  # fmt: skip
    return pdf.compose(_TEMPLATE, data, moment=cover.made_at)
