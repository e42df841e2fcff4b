"""What the system administrator set on the screen about the way outside; a variable of the environment goes before it."""

from django.db import models
from django.db.models import Q

from jishiyu.engine.words import Words


class Name(models.TextChoices):
    """What can be set."""

    GATEWAYS = "gateways", Words("通知通道", "gateways of notices")
    WATCHED_FOLDER = "watched_folder", Words("监视文件夹", "watched folder")


class Setting(models.Model):
    """One setting; `sealed` is JSON (a list of addresses, or a path), because addresses of gateways hold their secrets."""

    name = models.TextField(primary_key=True, choices=Name)
    sealed = models.BinaryField()
    changed_by = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        """Nothing else is set here."""

        constraints = [models.CheckConstraint(condition=Q(name__in=Name.values), name="outside_setting_name_known")]

    def __str__(self) -> str:
        """Return its name."""
        return str(self.name)
