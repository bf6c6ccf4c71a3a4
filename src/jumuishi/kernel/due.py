"""What is due by now, also after this machine's clock has been set back."""

from datetime import timedelta

from django.db.models import Q

from jumuishi.kernel import clock


def due(field: str, longest: timedelta) -> Q:
    """Due by now; or set further ahead than `longest`, which a clock did that was ahead itself."""
    now = clock.now()
    return Q(**{f"{field}__lte": now}) | Q(**{f"{field}__gt": now + longest})
