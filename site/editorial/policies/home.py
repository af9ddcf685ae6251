"""Editors may edit and publish the home page without any right on what lies below it.

Page permissions of Wagtail flow down the tree, and every practitioner's profile lies below home: so the right is
given here, on this page alone, and never as a row on the tree.
"""

from wagtail.models import PagePermissionTester

from accounts.roles import Role, has_role


class HomePermissions(PagePermissionTester):
    def _is_editor(self) -> bool:
        return self.user.is_active and has_role(self.user, Role.EDITOR)

    def can_edit(self) -> bool:
        return super().can_edit() or self._is_editor()

    def can_publish(self) -> bool:
        return super().can_publish() or self._is_editor()
