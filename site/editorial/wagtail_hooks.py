"""The CMS in the colours of the site."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def brand() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/pages/cms.css"))
