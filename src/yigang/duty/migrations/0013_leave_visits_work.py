"""Leave that is asked for, helpers and households, incidents and results of work."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import append_only, protect


class Migration(migrations.Migration):

    dependencies = [
        ('duty', '0012_places'),
        ('foundation', '0004_seen_below_at_once'),
        ('people', '0013_lists_in_use'),
        ('posts', '0004_guards_and_kinds'),
    ]

    operations = [
        migrations.AddField(
            model_name='worklog',
            name='done',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('patrol', 'Patrolled'), ('fire', 'Watched and warned of fire'), ('pests', 'Looked for pests'), ('cleaning', 'Cleaned'), ('repair', 'Repaired things'), ('planting', 'Planted and tended'), ('visit', 'Visited households'), ('mediation', 'Settled a dispute'), ('policy', 'Explained policies'), ('paperwork', 'Wrote lists and files'), ('meeting', 'Meeting or training'), ('other', 'Other work')], max_length=12), db_default=[], default=list, size=None, verbose_name='ticked'),
        ),
        migrations.AddField(
            model_name='worklog',
            name='households',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=[], default=list, help_text='ids of the households that the day was about', size=None),
        ),
        migrations.AddField(
            model_name='worklog',
            name='media',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), db_default=[], default=list, help_text='sha256 of photos; they may come later', size=None),
        ),
        migrations.CreateModel(
            name='LeaveRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('kind', models.CharField(choices=[('sick', 'Sick leave'), ('personal', 'Personal leave'), ('annual', 'Annual leave'), ('marriage', 'Marriage leave'), ('bereavement', 'Bereavement leave'), ('maternity', 'Maternity leave'), ('trip', 'Reported trip'), ('training', 'Training'), ('other', 'Other leave')], max_length=12, verbose_name='kind of leave')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('asked_last', models.DateField(help_text='an early return moves the last day, not this one', verbose_name='last day as asked')),
                ('days', models.GeneratedField(db_persist=True, expression=models.Func(models.F('first'), models.F('last'), models.Value('[]'), function='daterange'), output_field=django.contrib.postgres.fields.ranges.DateRangeField())),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('stand_in', models.CharField(blank=True, max_length=60, verbose_name='does the work meanwhile')),
                ('media', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, help_text='sha256 of photos; they may come later', size=None)),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('arrived_at', models.DateTimeField(auto_now_add=True, verbose_name='arrived at')),
                ('record', models.UUIDField(null=True, unique=True)),
                ('levels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('village', 'Village'), ('town', 'Town'), ('county', 'County')], max_length=8), size=None, verbose_name='decided by')),
                ('waits_for', models.CharField(blank=True, choices=[('village', 'Village'), ('town', 'Town'), ('county', 'County')], max_length=8, verbose_name='waits for')),
                ('state', models.CharField(choices=[('asked', 'Waits for a decision'), ('approved', 'Approved'), ('refused', 'Refused'), ('cancelled', 'Cancelled')], default='asked', max_length=10, verbose_name='state')),
                ('return_by', models.DateField(verbose_name='return to be reported by')),
                ('returned_on', models.DateField(null=True, verbose_name='back on')),
                ('return_said_at', models.DateTimeField(null=True, verbose_name='return reported at')),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=200, verbose_name='why it was cancelled')),
                ('asked_by', models.ForeignKey(help_text='null: the person, by phone', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('leave', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='duty.leave')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leave_requests', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
                ('return_said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'request for leave',
                'ordering': ['-first', '-pk'],
                'indexes': [models.Index(fields=['region_code'], name='leave_request_region', opclasses=['text_pattern_ops']), models.Index(condition=models.Q(('state', 'asked')), fields=['waits_for', 'asked_at'], name='leave_request_waits'), models.Index(condition=models.Q(('returned_on', None), ('state', 'approved')), fields=['return_by'], name='leave_request_away')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='request_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'asked'), models.Q(('waits_for', ''), _negated=True)), models.Q(models.Q(('state', 'asked'), _negated=True), ('waits_for', '')), _connector='OR'), name='an_open_request_waits_for_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), ('leave__isnull', False), _connector='OR'), name='granted_is_evidence'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), models.Q(('cancel_reason', ''), _negated=True), _connector='OR'), name='cancelled_with_a_reason'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['asked', 'approved'])), expressions=[('person', '='), ('days', '&&')], name='one_request_a_day')],
            },
        ),
        migrations.CreateModel(
            name='LeaveDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('level', models.CharField(choices=[('village', 'Village'), ('town', 'Town'), ('county', 'County')], max_length=8, verbose_name='level')),
                ('approved', models.BooleanField(verbose_name='approved')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='duty.leaverequest')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('request', 'level'), name='one_decision_per_level'), models.UniqueConstraint(fields=('request', 'by'), name='one_level_per_person'), models.CheckConstraint(condition=models.Q(('author', None), models.Q(('by', models.F('author')), _negated=True), _connector='OR'), name='author_does_not_decide'), models.CheckConstraint(condition=models.Q(('approved', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='refused_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('official', models.CharField(blank=True, max_length=60, verbose_name='official')),
                ('office', models.CharField(blank=True, max_length=120, verbose_name='office')),
                ('starts', models.DateField(verbose_name='since')),
                ('ends', models.DateField(null=True, verbose_name='until')),
                ('end_reason', models.CharField(blank=True, max_length=200, verbose_name='why it ended')),
                ('due_on', models.DateField(null=True, verbose_name='next visit by')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('helper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to='people.person')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to='people.household')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
            ],
            options={
                'verbose_name': 'pairing',
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(fields=['region_code'], name='pairing_region', opclasses=['text_pattern_ops']), models.Index(condition=models.Q(('ends', None)), fields=['due_on'], name='pairing_due'), models.Index(condition=models.Q(('ends', None)), fields=['helper'], name='pairing_helper')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends', None)), fields=('programme', 'household'), name='one_helper_per_household'), models.CheckConstraint(condition=models.Q(models.Q(('helper__isnull', False), ('official', '')), models.Q(('helper__isnull', True), models.Q(('official', ''), _negated=True)), _connector='OR'), name='a_post_holder_or_an_official'), models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), _connector='OR'), name='pairing_days')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('day', models.DateField(verbose_name='day')),
                ('text', models.TextField(verbose_name='what was talked about')),
                ('given_fen', models.BigIntegerField(default=0, verbose_name='given')),
                ('latitude', models.FloatField(help_text='WGS-84 degrees', null=True)),
                ('longitude', models.FloatField(help_text='WGS-84 degrees', null=True)),
                ('media', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, help_text='sha256 of photos; they may come later', size=None)),
                ('record', models.UUIDField(null=True, unique=True)),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200)),
                ('entered_by', models.ForeignKey(help_text='null: the person, by phone', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='people.household')),
                ('pairing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='duty.pairing')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits_made', to='people.person')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'visit',
                'ordering': ['-day', '-pk'],
                'indexes': [models.Index(fields=['region_code'], name='visit_region', opclasses=['text_pattern_ops']), models.Index(fields=['pairing', 'day'], name='visit_of_pairing'), models.Index(fields=['household', 'day'], name='visit_of_household')],
                'constraints': [models.CheckConstraint(condition=models.Q(('given_fen__gte', 0)), name='given_not_negative'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='visit_withdrawn_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='WorkResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('text', models.TextField(blank=True, verbose_name='description')),
                ('latitude', models.FloatField(help_text='WGS-84 degrees', null=True)),
                ('longitude', models.FloatField(help_text='WGS-84 degrees', null=True)),
                ('before', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, help_text='sha256 of photos from before', size=None)),
                ('after', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, help_text='sha256 of photos from afterwards', size=None)),
                ('voice', models.CharField(blank=True, help_text='sha256 of a voice note', max_length=64)),
                ('record', models.UUIDField(null=True, unique=True)),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='arrived at')),
                ('day', models.DateField(verbose_name='day')),
                ('kind', models.CharField(choices=[('planting', 'Afforestation'), ('greening', 'Greening'), ('pest_control', 'Pest control'), ('seedlings', 'Seedlings'), ('tending', 'Tending of young forest'), ('firebreak', 'Firebreaks'), ('cleaning', 'Cleaning'), ('water', 'River keeping'), ('road', 'Road keeping'), ('service', 'Services to households'), ('other', 'Other work')], max_length=12, verbose_name='kind of work')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('unit', models.CharField(choices=[('sqm', 'm²'), ('mu', 'mu'), ('ha', 'ha'), ('wan_mu', '10,000 mu'), ('m', 'm'), ('li', 'li'), ('km', 'km'), ('plant', 'plants'), ('wan_plant', '10,000 plants'), ('kg', 'kg'), ('t', 't'), ('piece', 'pieces'), ('place', 'places'), ('time', 'times'), ('household', 'households')], max_length=12, verbose_name='unit')),
                ('dimension', models.CharField(max_length=10)),
                ('amount', models.DecimalField(decimal_places=7, max_digits=24)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200)),
                ('entered_by', models.ForeignKey(help_text='null: the person, by phone', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'work result',
                'ordering': ['-day', '-pk'],
                'indexes': [models.Index(fields=['region_code'], name='result_region', opclasses=['text_pattern_ops']), models.Index(fields=['day'], name='result_day'), models.Index(fields=['person', 'day'], name='result_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='a_result_is_something'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='result_withdrawn_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('text', models.TextField(blank=True, verbose_name='description')),
                ('latitude', models.FloatField(help_text='WGS-84 degrees', null=True)),
                ('longitude', models.FloatField(help_text='WGS-84 degrees', null=True)),
                ('before', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, help_text='sha256 of photos from before', size=None)),
                ('after', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, help_text='sha256 of photos from afterwards', size=None)),
                ('voice', models.CharField(blank=True, help_text='sha256 of a voice note', max_length=64)),
                ('record', models.UUIDField(null=True, unique=True)),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='arrived at')),
                ('kind', models.CharField(choices=[('fire', 'Fire or smoke'), ('pests', 'Pests and diseases'), ('logging', 'Illegal logging'), ('hunting', 'Illegal hunting'), ('land', 'Land taken or dug up'), ('disaster', 'Flood, slide or other danger'), ('damage', 'Damaged road or facility'), ('rubbish', 'Rubbish and pollution'), ('dispute', 'Dispute'), ('hardship', 'Household in trouble'), ('other', 'Other')], max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('open', 'To be handled'), ('handled', 'Handled, not closed'), ('closed', 'Closed')], default='open', max_length=8, verbose_name='state')),
                ('remind_at', models.DateTimeField(null=True, verbose_name='to be handled by')),
                ('handled_at', models.DateTimeField(null=True, verbose_name='handled at')),
                ('handling', models.TextField(blank=True, verbose_name='what was done about it')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                ('closing', models.CharField(blank=True, max_length=200, verbose_name='why it is closed')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(help_text='null: the person, by phone', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
            ],
            options={
                'verbose_name': 'incident',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['region_code'], name='incident_region', opclasses=['text_pattern_ops']), models.Index(condition=models.Q(('state', 'open')), fields=['remind_at'], name='incident_open'), models.Index(fields=['person', '-at'], name='incident_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'open'), models.Q(('handled_at__isnull', False), models.Q(('handling', ''), _negated=True)), _connector='OR'), name='handled_by_doing'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('closing', ''), _negated=True), _connector='OR'), name='closed_with_a_reason')],
            },
        ),
        *(
            protect(f"duty_{table}")
            for table in ("leaverequest", "leavedecision", "pairing", "visit", "incident", "workresult")
        ),
        append_only("duty_leavedecision"),
    ]
