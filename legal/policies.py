"""Who may do what with legal documents, acceptances and reports."""

from accounts.models import User
from accounts.roles import Role, has_role
from legal.models import LegalVersion, Report


def may_use_documents(user: User) -> bool:
    return user.has_perm("legal.change_legalversion")


def may_edit(user: User, version: LegalVersion) -> bool:
    """A version under review or published is nobody's draft any more."""
    return may_use_documents(user) and version.status == LegalVersion.Status.DRAFT and version.document.owner_id is None


def wrote(user: User, version: LegalVersion) -> bool:
    return version.author_id == user.pk or version.contributors.filter(pk=user.pk).exists()


def may_remark(user: User, version: LegalVersion) -> bool:
    """Until it is published: authors and reviewers answer one another."""
    return may_use_documents(user) and not version.is_published and version.document.owner_id is None


def may_approve(user: User, version: LegalVersion) -> bool:
    """Who wrote any of it never reviews it."""
    return may_use_documents(user) and version.status == LegalVersion.Status.REVIEW and not wrote(user, version)


def may_publish(user: User, version: LegalVersion) -> bool:
    """Three people: neither who wrote any of it nor who reviewed it publishes it."""
    return (
        user.has_perm("legal.publish_legalversion")
        and version.status == LegalVersion.Status.APPROVED
        and version.reviewer_id != user.pk
        and not wrote(user, version)
    )


def may_read_acceptances(user: User) -> bool:
    return user.has_perm("legal.view_acceptance")


def may_read_register(user: User) -> bool:
    return has_role(user, Role.LEGAL, Role.OPERATOR) or user.is_superuser


def may_moderate(user: User) -> bool:
    return user.has_perm("legal.change_report")


def may_decide(user: User, report: Report) -> bool:
    """Only who took the report decides it, once, and never on what one reported oneself."""
    return (
        may_moderate(user)
        and not report.is_decided
        and report.assigned_to_id == user.pk
        and report.reporter_id != user.pk
    )
