"""Who received special aid: a person or a household."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0005_assets'),
        ('people', '0015_incomes'),
    ]

    operations = [
        migrations.AddField(
            model_name='allocationentry',
            name='household',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.household', verbose_name='household that was aided'),
        ),
        migrations.AddField(
            model_name='allocationentry',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='who was aided'),
        ),
        migrations.AddConstraint(
            model_name='allocationentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('household', None), ('person', None)), models.Q(('purpose', 'aid'), models.Q(('person', None), ('household', None), _connector='OR'), ('kind__in', ('spending', 'reversal'))), _connector='OR'), name='aid_is_for_a_person_or_a_household'),
        ),
    ]
