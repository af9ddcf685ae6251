"""Practices (what is done) and themes (what for), kept by editors."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text import fold


class Practice(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    noun = models.CharField(_("practitioner noun"), max_length=80, help_text=_("For example “sophrologue”."))
    aliases = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    folded = models.CharField(max_length=90, editable=False, db_index=True)

    class Meta:
        verbose_name = _("practice")
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)
        super().save(*args, **kwargs)


class Theme(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    aliases = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    practices = models.ManyToManyField(Practice, related_name="themes", blank=True)
    folded = models.CharField(max_length=90, editable=False, db_index=True)

    class Meta:
        verbose_name = _("theme")
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)
        super().save(*args, **kwargs)
