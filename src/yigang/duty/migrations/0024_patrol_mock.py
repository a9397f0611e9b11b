from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duty", "0023_consent_words")]
    operations = [
        migrations.AddField(
            model_name="patrol",
            name="mock",
            field=models.BooleanField(
                default=False, help_text="the device said of a fix that its place was made up by a program"
            ),
        ),
    ]
