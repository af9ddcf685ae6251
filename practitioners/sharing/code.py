"""The QR code of an address (ISO/IEC 18004), as a drawing and as a picture. Nobody is asked: segno computes it here."""

import io

import segno

# A quarter of it may be dirty or torn, as on a door.
_CORRECTION = "q"
_QUIET_MODULES = 4  # of the standard: a reader looks for them


def drawing(address: str) -> str:
    """SVG, black on white whatever the theme: readers ask for contrast."""
    out = io.BytesIO()
    segno.make(address, error=_CORRECTION, micro=False).save(
        out, kind="svg", border=_QUIET_MODULES, light="#fff", dark="#000", omitsize=True, svgclass=None, lineclass=None
    )
    return out.getvalue().decode()


def picture(address: str) -> bytes:
    """PNG, some 1 000 pixels wide: 8 cm on paper at 300 points an inch."""
    code = segno.make(address, error=_CORRECTION, micro=False)
    out = io.BytesIO()
    width, _height = code.symbol_size(border=_QUIET_MODULES)
    code.save(out, kind="png", scale=max(1, round(1000 / width)), border=_QUIET_MODULES)
    return out.getvalue()
