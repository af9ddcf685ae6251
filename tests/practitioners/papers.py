"""Documents as people send them, and as others send them."""

import io
import zipfile

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base


def pdf(*, pages: int = 1, catalog: str = "", size: str = "595 842") -> bytes:
    """A whole PDF of blank pages; `catalog` is added to its root object."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects = [f"<</Type/Catalog/Pages 2 0 R {catalog}>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"]
    objects += [f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]>>"] * pages
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n"
    )
    return out + trailer.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode()


def photograph(kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    """A picture that knows where it was taken."""
    exif = Image.Exif()
    exif[Base.Make] = "Appareil de Camille"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (45.0, 46.0, 1.0)
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, kind, exif=exif)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("vide", b"\0" * 1_000_000)
    return out.getvalue()
