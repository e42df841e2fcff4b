"""What signing in leaves behind and nobody needs any more. Lock-outs are kept for good."""

from datetime import datetime

from jishiyu.apps.accounts.models import OneTimeCode, Refusal


def forget_used_up(*, before: datetime) -> tuple[int, int]:
    """This function will remove one-time codes and refused tries from before a moment and return how many of each.

    `before` must be older than the spans over which both are counted.
    """
    codes, _ = OneTimeCode.objects.filter(sent_at__lt=before, expires_at__lt=before).delete()
    refusals, _ = Refusal.objects.filter(at__lt=before).delete()
    return codes, refusals
