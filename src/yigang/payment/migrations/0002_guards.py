"""What must never be: a sealed month that changes, a budget overdrawn. And row-level security."""

from django.db import migrations

from yigang.foundation.rls import append_only, protect

SEALED = """
CREATE FUNCTION yigang_refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a sealed settlement never changes; correct it by an adjustment in a later month' USING ERRCODE = 'YG002';
END $$;
CREATE TRIGGER sealed_stays BEFORE UPDATE OR DELETE ON payment_settlement
  FOR EACH ROW WHEN (OLD.step = 'sealed') EXECUTE FUNCTION yigang_refuse_sealed();

CREATE FUNCTION yigang_line_is_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE old_step text; new_step text; scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  IF TG_OP <> 'INSERT' THEN SELECT step INTO old_step FROM payment_settlement WHERE id = OLD.settlement_id; END IF;
  IF TG_OP <> 'DELETE' THEN SELECT step INTO new_step FROM payment_settlement WHERE id = NEW.settlement_id; END IF;
  PERFORM set_config('yigang.scope', scope_before, true);
  IF old_step = 'sealed' OR new_step = 'sealed' THEN
    RAISE EXCEPTION 'lines of a sealed settlement never change' USING ERRCODE = 'YG002';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER line_changes BEFORE UPDATE OR DELETE ON payment_subsidyline
  FOR EACH ROW EXECUTE FUNCTION yigang_line_is_open();

CREATE FUNCTION yigang_lines_are_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE sealed int; scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  SELECT count(*) INTO sealed FROM (SELECT DISTINCT settlement_id FROM added) a
    JOIN payment_settlement s ON s.id = a.settlement_id WHERE s.step = 'sealed';
  PERFORM set_config('yigang.scope', scope_before, true);
  IF sealed > 0 THEN
    RAISE EXCEPTION 'lines of a sealed settlement never change' USING ERRCODE = 'YG002';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER line_adds AFTER INSERT ON payment_subsidyline REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_lines_are_open();
"""

BUDGET = """
CREATE FUNCTION yigang_budget_suffices() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE line record; spent bigint; scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  FOR line IN
    SELECT l.id, l.amount_fen FROM payment_budgetline l
    WHERE l.id IN (SELECT b.budget_line_id FROM payment_bankbatch b WHERE b.id IN (SELECT DISTINCT batch_id FROM changed))
    ORDER BY l.id FOR UPDATE
  LOOP
    SELECT coalesce(sum(e.amount_fen), 0) INTO spent FROM payment_batchentry e
      JOIN payment_bankbatch b ON b.id = e.batch_id
      WHERE b.budget_line_id = line.id AND e.state IN ('pending', 'paid');
    IF spent > line.amount_fen THEN
      RAISE EXCEPTION 'budget line % holds % fen, % would be spent', line.id, line.amount_fen, spent
        USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_suffices';
    END IF;
  END LOOP;
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN NULL;
END $$;
CREATE TRIGGER budget_on_add AFTER INSERT ON payment_batchentry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_budget_suffices();
CREATE TRIGGER budget_on_change AFTER UPDATE ON payment_batchentry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_budget_suffices();
"""


class Migration(migrations.Migration):
    dependencies = [("payment", "0001_initial"), ("foundation", "0003_guards")]
    operations = [
        migrations.RunSQL(SEALED),
        migrations.RunSQL(BUDGET),
        append_only("payment_snapshot"),
        append_only("payment_bankreturn"),
        protect("payment_settlement"),
        protect("payment_subsidyline"),
        protect("payment_snapshot"),
        protect("payment_fund", visible_below=True),
        protect("payment_budgetline", visible_below=True),
        protect("payment_bankbatch"),
        protect("payment_batchentry"),
        protect("payment_payment"),
        protect("payment_bankreturn"),
    ]
