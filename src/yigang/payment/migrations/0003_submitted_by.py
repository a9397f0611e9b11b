from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("payment", "0002_guards"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "settlement",
            "submitted_by",
            models.ForeignKey(
                null=True, on_delete=models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            "settlement",
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | Q(submitted_by__isnull=True) | ~Q(approver=F("submitted_by")),
                name="approver_is_not_submitter",
            ),
        ),
    ]
