"""Units with their points, and rankings: points and closed lines are only ever added; a ranking changes only by being taken back."""

import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import append_only, protect


class Migration(migrations.Migration):

    dependencies = [
        ('appraisal', '0005_year_results'),
        ('people', '0013_lists_in_use'),
        ('posts', '0004_guards_and_kinds'),
        ('tenure', '0009_agreement_templates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BoundMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('role', models.CharField(help_text="as the policy's card names it", max_length=40, verbose_name='role')),
                ('starts', models.DateField(verbose_name='first day')),
                ('ends', models.DateField(null=True, verbose_name='last day')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name': 'bound person',
                'ordering': ['role', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Ranking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('card', models.CharField(max_length=60, verbose_name='card')),
                ('name', models.CharField(max_length=40, verbose_name='ranking')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('policy_digest', models.CharField(max_length=64)),
                ('closed_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back at')),
                ('withdrawn_why', models.CharField(blank=True, max_length=200, verbose_name='taken back because')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ranking',
                'ordering': ['-last', 'region_code'],
            },
        ),
        migrations.CreateModel(
            name='RankingLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('score', models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name='score')),
                ('place', models.PositiveSmallIntegerField(null=True, verbose_name='place')),
                ('together', models.PositiveSmallIntegerField(default=1)),
                ('fen', models.BigIntegerField(default=0, verbose_name='amount')),
                ('flag', models.CharField(blank=True, max_length=40, verbose_name='flag')),
                ('left_out', models.CharField(blank=True, max_length=200, verbose_name='left out because')),
                ('ranking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='appraisal.ranking')),
            ],
            options={
                'ordering': ['place', 'region_code'],
            },
        ),
        migrations.CreateModel(
            name='RankingShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('role', models.CharField(max_length=40, verbose_name='role')),
                ('fen', models.BigIntegerField(verbose_name='amount')),
                ('why', models.CharField(max_length=20, verbose_name='because')),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='appraisal.rankingline')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='appraisal.boundmember')),
                ('ranking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='appraisal.ranking')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('card', models.CharField(help_text="the policy's name for it, such as 村居百分制考核", max_length=60, verbose_name='card')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('active', models.BooleanField(default=True, verbose_name='judged')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='posts.programme')),
                ('sending_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenure.sendingunit')),
                ('station', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.servicestation')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenure.team')),
            ],
            options={
                'verbose_name': 'unit',
                'ordering': ['region_code', 'name'],
            },
        ),
        migrations.AddField(
            model_name='rankingline',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='appraisal.unit'),
        ),
        migrations.AddField(
            model_name='boundmember',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bound', to='appraisal.unit'),
        ),
        migrations.CreateModel(
            name='UnitPoints',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('ranking', models.CharField(max_length=40, verbose_name='ranking')),
                ('first', models.DateField(help_text='first day of the period')),
                ('item', models.CharField(max_length=60, verbose_name='item')),
                ('points', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='points')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='appraisal.unit')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OwnTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('ranking', models.CharField(max_length=40)),
                ('first', models.DateField()),
                ('done', models.BooleanField(verbose_name='done')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='appraisal.boundmember')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='own_task_has_reason')],
            },
        ),
        migrations.AddIndex(
            model_name='ranking',
            index=models.Index(fields=['region_code'], name='ranking_region', opclasses=['text_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='ranking',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('programme', 'card', 'name', 'region_code', 'first'), name='ranking_once'),
        ),
        migrations.AddConstraint(
            model_name='ranking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_why', ''), _negated=True)), _connector='OR'), name='ranking_taken_back_why'),
        ),
        migrations.AddConstraint(
            model_name='rankingshare',
            constraint=models.UniqueConstraint(fields=('ranking', 'member'), name='ranking_share_once'),
        ),
        migrations.AddIndex(
            model_name='unit',
            index=models.Index(fields=['region_code'], name='unit_region', opclasses=['text_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('programme', 'card', 'region_code', 'name'), name='unit_once'),
        ),
        migrations.AddConstraint(
            model_name='rankingline',
            constraint=models.UniqueConstraint(fields=('ranking', 'unit'), name='ranking_line_once'),
        ),
        migrations.AddConstraint(
            model_name='rankingline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('left_out', ''), ('place__isnull', False)), models.Q(('fen', 0), ('place', None), models.Q(('left_out', ''), _negated=True)), _connector='OR'), name='ranking_line_placed_or_left_out'),
        ),
        migrations.AddIndex(
            model_name='boundmember',
            index=models.Index(fields=['region_code'], name='bound_region', opclasses=['text_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='boundmember',
            constraint=models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), _connector='OR'), name='bound_days'),
        ),
        migrations.AddConstraint(
            model_name='boundmember',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='bound_has_name'),
        ),
        migrations.AddIndex(
            model_name='unitpoints',
            index=models.Index(fields=['unit', 'ranking', 'first', 'item', '-id'], name='unit_points_newest'),
        ),
        migrations.AddConstraint(
            model_name='unitpoints',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0)), name='unit_points_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='unitpoints',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='unit_points_have_reason'),
        ),
        *(protect(f"appraisal_{name}") for name in (
            "unit", "boundmember", "unitpoints", "owntask", "ranking", "rankingline", "rankingshare",
        )),
        *(append_only(f"appraisal_{name}") for name in ("unitpoints", "owntask", "rankingline", "rankingshare")),
        migrations.RunSQL([
            "REVOKE DELETE ON appraisal_unit, appraisal_boundmember, appraisal_ranking FROM yigang_app",
            "REVOKE UPDATE ON appraisal_ranking FROM yigang_app",
            "GRANT UPDATE (withdrawn_by_id, withdrawn_at, withdrawn_why) ON appraisal_ranking TO yigang_app",
        ], migrations.RunSQL.noop),
    ]
