"""Village assets, their income, and the ledger of its division: only added to, never below zero."""

import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import append_only, protect


LEDGER = """
CREATE FUNCTION yigang_allocate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); last record; turned record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('allocation ' || NEW.purpose), hashtext(NEW.region_code));
  PERFORM set_config('yigang.scope', '*', true);
  SELECT serial, balance_fen INTO last FROM payment_allocationentry
    WHERE region_code = NEW.region_code AND purpose = NEW.purpose ORDER BY serial DESC LIMIT 1;
  SELECT region_code, purpose, kind, amount_fen, income_id, batch_id INTO turned
    FROM payment_allocationentry WHERE id = NEW.reverses_id;
  PERFORM set_config('yigang.scope', scope_before, true);
  IF NEW.reverses_id IS NOT NULL AND (turned.kind = 'reversal' OR turned.batch_id IS NOT NULL OR
     (turned.region_code, turned.purpose, -turned.amount_fen, turned.income_id) IS DISTINCT FROM
     (NEW.region_code, NEW.purpose, NEW.amount_fen, NEW.income_id)) THEN
    PERFORM yigang_refuse('a reversing entry answers one entry of its ledger whole; what the bank does is reversed by the bank');
  END IF;
  NEW.serial := coalesce(last.serial, 0) + 1;
  NEW.balance_fen := coalesce(last.balance_fen, 0) + NEW.amount_fen;
  RETURN NEW;
END $$;
CREATE TRIGGER allocate BEFORE INSERT ON payment_allocationentry FOR EACH ROW EXECUTE FUNCTION yigang_allocate();
"""

INCOME = """
CREATE FUNCTION yigang_income_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NOT OLD.live OR to_jsonb(OLD) - 'live' <> to_jsonb(NEW) - 'live' THEN
    PERFORM yigang_refuse('an income is taken back once, never changed or deleted');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER income_changes BEFORE UPDATE OR DELETE ON payment_assetincome
  FOR EACH ROW EXECUTE FUNCTION yigang_income_changes();

CREATE FUNCTION yigang_divided(income bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); whole bigint; parts bigint;
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  SELECT CASE WHEN live THEN amount_fen ELSE 0 END INTO whole FROM payment_assetincome WHERE id = income;
  SELECT coalesce(sum(amount_fen), 0) INTO parts FROM payment_allocationentry WHERE income_id = income;
  PERFORM set_config('yigang.scope', scope_before, true);
  IF whole <> parts THEN
    RAISE EXCEPTION 'income % holds % fen, its entries %', income, whole, parts
      USING ERRCODE = 'check_violation', CONSTRAINT = 'income_is_divided';
  END IF;
END $$;
CREATE FUNCTION yigang_income_divided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM yigang_divided(NEW.id);
  RETURN NULL;
END $$;
CREATE FUNCTION yigang_share_divided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM yigang_divided(NEW.income_id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER income_is_divided AFTER INSERT OR UPDATE ON payment_assetincome
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION yigang_income_divided();
CREATE CONSTRAINT TRIGGER share_is_divided AFTER INSERT ON payment_allocationentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.income_id IS NOT NULL) EXECUTE FUNCTION yigang_share_divided();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0005_scope_planned'),
        ('payment', '0004_bank_guards'),
        ('posts', '0004_guards_and_kinds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='fund',
            name='from_assets',
            field=models.BooleanField(db_default=False, default=False, help_text='its batches are entries of the allocation ledger of its place', verbose_name='paid from asset income'),
        ),
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('name', models.CharField(max_length=80, verbose_name='asset')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='particulars')),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='posts.programme')),
            ],
            options={
                'verbose_name': 'asset',
                'ordering': ['region_code', 'name'],
                'constraints': [models.UniqueConstraint(fields=('region_code', 'name'), name='asset_once')],
            },
        ),
        migrations.CreateModel(
            name='AssetIncome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('starts', models.DateField(verbose_name='first day of the period')),
                ('ends', models.DateField(verbose_name='last day of the period')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('amount_fen', models.BigIntegerField(verbose_name='amount')),
                ('paper', models.CharField(help_text='number of the voucher or bank slip', max_length=120, verbose_name='paper')),
                ('policy_digest', models.CharField(help_text='of the text whose shares divided it', max_length=64)),
                ('live', models.BooleanField(default=True, help_text='false once it was taken back')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incomes', to='payment.asset')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'asset income',
                'ordering': ['-received_on', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('live', True)), fields=('asset', 'starts', 'ends', 'paper'), name='asset_income_once'), models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='asset_income_positive'), models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='asset_income_days'), models.CheckConstraint(condition=models.Q(('paper', ''), _negated=True), name='asset_income_has_a_paper')],
            },
        ),
        migrations.CreateModel(
            name='AllocationEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('purpose', models.CharField(choices=[('posts', 'Posts and labour'), ('aid', 'Special aid'), ('case', 'One case, one discussion')], max_length=8, verbose_name='purpose')),
                ('serial', models.PositiveIntegerField(default=0, help_text='by the database')),
                ('kind', models.CharField(choices=[('income', 'Share of an income'), ('spending', 'Spending from the ledger'), ('returned', 'Returned by the bank'), ('reversal', 'Reversing entry')], max_length=8, verbose_name='kind of entry')),
                ('day', models.DateField(verbose_name='day')),
                ('amount_fen', models.BigIntegerField(help_text='negative when it is spent', verbose_name='amount')),
                ('balance_fen', models.BigIntegerField(default=0, help_text='by the database', verbose_name='balance')),
                ('text', models.CharField(max_length=200, verbose_name='what for')),
                ('paper', models.CharField(blank=True, max_length=120, verbose_name='paper')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payment.bankbatch')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='payment.allocationentry')),
                ('income', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='payment.assetincome')),
            ],
            options={
                'verbose_name': 'entry of the allocation ledger',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['region_code', 'day'], name='allocation_place'), models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch'], name='allocation_batch')],
                'constraints': [models.UniqueConstraint(fields=('region_code', 'purpose', 'serial'), name='allocation_serial_once'), models.CheckConstraint(condition=models.Q(('balance_fen__gte', 0)), name='allocation_balance_not_negative'), models.CheckConstraint(condition=models.Q(('amount_fen', 0), _negated=True), name='allocation_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('batch', None), ('income__isnull', False), ('kind', 'income'), ('reverses', None)), models.Q(('amount_fen__lt', 0), ('income', None), ('kind', 'spending'), ('reverses', None)), models.Q(('amount_fen__gt', 0), ('batch__isnull', False), ('income', None), ('kind', 'returned'), ('reverses', None)), models.Q(('kind', 'reversal'), ('reverses__isnull', False), models.Q(('text', ''), _negated=True)), _connector='OR'), name='allocation_kind_says_its_source'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'spending'), _negated=True), ('batch__isnull', False), models.Q(('paper', ''), _negated=True), _connector='OR'), name='spending_has_a_paper'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'spending'), ('purpose', 'case'), _negated=True), ('file__isnull', False), _connector='OR'), name='case_has_minutes'), models.CheckConstraint(condition=models.Q(('batch__isnull', True), ('purpose', 'posts'), _connector='OR'), name='batches_are_paid_from_posts')],
            },
        ),
        migrations.RunSQL(LEDGER),
        migrations.RunSQL(INCOME),
        append_only('payment_allocationentry'),
        protect('payment_asset'),
        protect('payment_assetincome'),
        protect('payment_allocationentry'),
    ]
