"""Looks at one PDF that nobody trusts: run as a program of its own, with little memory and time, so that a bomb ends here.

    python -I pdf_pictures.py look          → a line of JSON: pages, scripts, attachments
    python -I pdf_pictures.py page N WIDTH  → page N (from 0) as a JPEG

The PDF comes by the standard input. PDFium is not safe among threads either: another reason for a process of its own.
"""

import json
import resource
import sys

MEMORY = 1536 * 1024 * 1024
SECONDS = 10
UNREADABLE, LOCKED, NO_SUCH_PAGE = 3, 4, 5
TALLEST = 3


def main(arguments: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        return LOCKED if error.err_code == raw.FPDF_ERR_PASSWORD else UNREADABLE
    if arguments[0] == "look":
        facts = {
            "pages": len(document),
            "scripts": raw.FPDFDoc_GetJavaScriptActionCount(document),
            "attachments": raw.FPDFDoc_GetAttachmentCount(document),
        }
        sys.stdout.write(json.dumps(facts))
        return 0
    number, width = int(arguments[1]), int(arguments[2])
    if not 0 <= number < len(document):
        return NO_SUCH_PAGE
    page = document[number]
    wide, high = page.get_size()
    # A page may say it is a kilometre high: what is drawn has bounds whatever it says.
    scale = min(width / max(wide, 1), TALLEST * width / max(high, 1))
    picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    picture.save(sys.stdout.buffer, "JPEG", quality=82)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
