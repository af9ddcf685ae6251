"""Pictures of the public pages: what the camera wrote does not arrive, and an owner has so much room."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin
from wagtail.images import get_image_model

from common.pictures import without_metadata
from practitioners import picture_form
from practitioners.actions import media
from tests.factories.practitioners import PractitionerFactory

SECRET = b"12 rue de la Maison"
FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "MPO"]


def photograph(kind="JPEG", size=(60, 40), color="teal"):
    """With a place, a note and an orientation (6: the camera was held upright)."""
    drawn = Image.new("P" if kind == "GIF" else "RGB", size, None if kind == "GIF" else color)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    options = {"exif": exif}
    if kind == "GIF":
        options = {"comment": SECRET}
    elif kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", SECRET.decode())
    elif kind == "MPO":
        options |= {"save_all": True, "append_images": [Image.new("RGB", size, "red")]}
    written = io.BytesIO()
    drawn.save(written, kind, **options)
    return written.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_the_camera_wrote_is_kept(kind):
    given = photograph(kind)
    assert SECRET in given, "the sample holds no secret, which proves nothing"
    kept = without_metadata(given)
    assert SECRET not in kept
    with Image.open(io.BytesIO(kept)) as seen:
        assert seen.format == {"MPO": "JPEG"}.get(kind, kind)
        assert not dict(seen.getexif())
        assert "xmp" not in seen.info
        assert "comment" not in seen.info
        # Upright, since the orientation is no longer written.
        assert seen.size == ((60, 40) if kind == "GIF" else (40, 60))


def test_transparency_and_colours_stay():
    drawn = Image.new("RGBA", (10, 10), (200, 30, 30, 0))
    drawn.putpixel((3, 4), (10, 120, 90, 255))
    written = io.BytesIO()
    drawn.save(written, "PNG")
    with Image.open(io.BytesIO(without_metadata(written.getvalue()))) as seen:
        assert seen.convert("RGBA").tobytes() == drawn.tobytes()
    indexed = drawn.convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
    written = io.BytesIO()
    indexed.save(written, "PNG", transparency=0)
    with Image.open(io.BytesIO(without_metadata(written.getvalue()))) as seen, Image.open(written) as before:
        assert seen.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


@pytest.mark.parametrize("content", [b"", b"\0" * 400, b"<svg onload='x()'/>", photograph()[:200]])
def test_what_cannot_be_read_is_refused_in_words(content):
    with pytest.raises(ValidationError, match="abîmée"):
        without_metadata(content)


def test_too_many_pixels_are_refused_before_they_are_decoded():
    written = io.BytesIO()
    Image.new("1", (8000, 7000)).save(written, "PNG")
    with pytest.raises(ValidationError, match="pixels"):
        without_metadata(written.getvalue())


def send(browser, name, content, where="chooser"):
    upload = SimpleUploadedFile(name, content, content_type="image/jpeg")
    if where == "chooser":
        data = {"image-chooser-upload-title": name, "image-chooser-upload-file": upload}
        return browser.post(reverse("wagtailimages_chooser:create"), data)
    if where == "several":
        return browser.post(reverse("wagtailimages:add_multiple"), {"title": name, "files[]": upload})
    return browser.post(reverse("wagtailimages:add"), {"title": name, "file": upload, "tags": ""})


@pytest.fixture
def owner():
    practitioner = PractitionerFactory()
    media.collection_of(owner=practitioner)
    return practitioner


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["chooser", "several", "single"])
def test_a_file_is_clean_whichever_way_it_arrives(as_user, owner, where):
    send(as_user(owner.user), "chez-moi.jpg", photograph(), where)
    picture = get_image_model().objects.get()
    with picture.file.open("rb") as kept:
        content = kept.read()
    assert SECRET not in content
    with Image.open(io.BytesIO(content)) as seen:
        assert not dict(seen.getexif())
    assert (picture.width, picture.height) == (40, 60)
    assert picture.file_size == len(content)
    assert picture.collection == media.collection_of(owner=owner)


@pytest.mark.django_db
def test_an_owner_has_so_much_room_and_frees_it_by_deleting(as_user, owner, monkeypatch):
    browser = as_user(owner.user)
    send(browser, "une.jpg", photograph(size=(400, 300)))
    first = get_image_model().objects.get()
    monkeypatch.setattr(picture_form, "ROOM", first.file_size + 10)
    refused = send(browser, "deux.jpg", photograph(size=(400, 300)))
    assert "Supprimez des images" in refused.content.decode()
    assert get_image_model().objects.count() == 1
    # The room is each owner's own.
    neighbour = PractitionerFactory()
    media.collection_of(owner=neighbour)
    send(as_user(neighbour.user), "voisine.jpg", photograph(size=(400, 300)))
    assert get_image_model().objects.count() == 2
    # Another file under the same picture takes the place of the former.
    browser.post(
        reverse("wagtailimages:edit", args=[first.pk]),
        {"title": "une", "tags": "", "file": SimpleUploadedFile("bis.jpg", photograph(size=(390, 300)), "image/jpeg")},
    )
    first.refresh_from_db()
    assert first.width == 300
    assert first.height == 390
    browser.post(reverse("wagtailimages:delete", args=[first.pk]))
    assert send(browser, "deux.jpg", photograph(size=(400, 300))).status_code == 200
    assert get_image_model().objects.filter(title="deux.jpg").exists()
