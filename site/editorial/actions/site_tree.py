"""The tree every installation starts from: home, the indexes under it, and who may write where.

Idempotent: run again, it adds what is missing and changes nothing that an editor wrote.
"""

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from accounts.roles import Role
from editorial.models import ArticleIndexPage, HomePage, StandardPage, ThemeIndexPage
from practitioners.models import ProfileIndexPage, StructureIndexPage

WORKFLOW = "Relecture éditoriale"
PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
IMAGE_RIGHTS = ("add_image", "change_image", "choose_image")
DOCUMENT_RIGHTS = ("add_document", "change_document", "choose_document")

P = TypeVar("P", bound=Page)

STANDING_PAGES = {
    "aide": ("Aide", "Les réponses aux questions que l’on nous pose le plus, et comment nous joindre."),
    "accessibilite": (
        "Accessibilité",
        "Ce site est fait pour être utilisé par tout le monde ; voici où nous en sommes.",
    ),
}


@dataclass(frozen=True)
class SiteTree:
    home: HomePage
    themes: ThemeIndexPage
    articles: ArticleIndexPage
    profiles: ProfileIndexPage
    structures: StructureIndexPage


@transaction.atomic
def ensure() -> SiteTree:
    """Create what is missing of the tree and of the editors' rights, and return its fixed points."""
    home = _home()
    tree = SiteTree(
        home=home,
        themes=_child(
            home,
            ThemeIndexPage,
            "thematiques",
            "Thématiques",
            introduction="Comprendre avant de choisir : ce que l’on peut attendre d’un accompagnement, et ce qui relève d’abord d’un médecin.",
        ),
        articles=_child(
            home,
            ArticleIndexPage,
            "articles",
            "Articles",
            introduction="Des repères pour prendre soin de soi, écrits et relus par notre équipe.",
        ),
        profiles=_child(home, ProfileIndexPage, "praticiens", "Praticiens"),
        structures=_child(home, StructureIndexPage, "centres", "Centres"),
    )
    for slug, (title, introduction) in STANDING_PAGES.items():
        _child(home, StandardPage, slug, title, introduction=introduction)
    _editors(tree)
    return tree


def _home() -> HomePage:
    home = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        home = HomePage(title="Accueil", slug="accueil")
        root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site(is_default_site=True)
    replaced = site.root_page if site.root_page_id and site.root_page_id != home.pk else None
    if site.root_page_id != home.pk:
        public = urlsplit(settings.BASE_URL)
        site.hostname = public.hostname or "localhost"
        site.port = public.port or (443 if public.scheme == "https" else 80)
        site.site_name = settings.WAGTAIL_SITE_NAME
        site.root_page = home
        site.save()
    # The page Wagtail installs to say hello.
    if (
        replaced is not None
        and replaced.slug == "home"
        and type(replaced.specific) is Page
        and not replaced.get_children().exists()
    ):
        replaced.delete()
    return HomePage.objects.get(pk=home.pk)


def _child(parent: Page, kind: type[P], slug: str, title: str, **fields: object) -> P:
    found = kind.objects.child_of(parent).filter(slug=slug).first()
    if found is not None:
        return found
    page = kind(title=title, slug=slug, **fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _editors(tree: SiteTree) -> None:
    """Rights on the editorial branches only: never on home as a row, for it would flow down to the profiles."""
    group, _created = Group.objects.get_or_create(name=Role.EDITOR.value)
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    standing = list(StandardPage.objects.child_of(tree.home))
    branches: list[Page] = [tree.themes, tree.articles, *standing]
    page_rights = list(Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_RIGHTS))
    workflow = _workflow(group)
    for page in branches:
        for right in page_rights:
            GroupPagePermission.objects.get_or_create(group=group, page_id=page.pk, permission=right)
        WorkflowPage.objects.update_or_create(page_id=page.pk, defaults={"workflow": workflow})
    collection = Collection.get_first_root_node()
    files = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=IMAGE_RIGHTS + DOCUMENT_RIGHTS
    )
    for right in files:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=right)


def _workflow(group: Group) -> Workflow:
    """A second pair of eyes: an editor submits, an editor (another, in a team that has two) approves."""
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW)
    if created:
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
        task.groups.add(group)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    # Wagtail's own default covers the whole tree, where it would put practitioners' profiles under its moderators.
    WorkflowPage.objects.filter(page__depth=1).delete()
    return workflow
