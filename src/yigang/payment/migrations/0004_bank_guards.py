"""What must never be on the way of money: a line paid that is not sealed, a batch that changes after its approval, a
paid entry that becomes something else, a refused payment that still holds its lines.

A batch is filled while it is a draft; approval checks that it adds up; afterwards entries change their state only. When
an entry is refused or cancelled the database itself ends its payments.
"""

from django.db import migrations

ENTER = """
CREATE FUNCTION yigang_refuse(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', what USING ERRCODE = 'YG003';
END $$;
"""

BATCH = """
CREATE FUNCTION yigang_batch_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); wrong int; entries int; total bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM yigang_refuse('a batch is cancelled, never deleted');
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' OR NEW.approver_id IS NOT NULL OR NEW.file_digest <> '' THEN
      PERFORM yigang_refuse('a batch begins as a draft');
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.number, OLD.region_code, OLD.programme_id, OLD.budget_line_id, OLD.layout, OLD.author_id)
     IS DISTINCT FROM (NEW.number, NEW.region_code, NEW.programme_id, NEW.budget_line_id, NEW.layout, NEW.author_id)
     OR OLD.state <> 'draft' AND (OLD.count, OLD.total_fen, OLD.approver_id) IS DISTINCT FROM
                                 (NEW.count, NEW.total_fen, NEW.approver_id)
     OR OLD.file_digest <> '' AND (OLD.file_digest, OLD.file_name) IS DISTINCT FROM (NEW.file_digest, NEW.file_name) THEN
    PERFORM yigang_refuse('an approved batch does not change');
  END IF;
  IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN
     (('draft', 'approved'), ('draft', 'cancelled'), ('approved', 'sent'), ('approved', 'cancelled'), ('sent', 'returned')) THEN
    PERFORM yigang_refuse(format('a batch does not go from %s to %s', OLD.state, NEW.state));
  END IF;
  IF NEW.state = 'sent' AND NEW.file_digest = '' THEN
    PERFORM yigang_refuse('a batch is sent as a file');
  END IF;
  IF OLD.state = 'draft' AND NEW.state = 'approved' THEN
    IF NEW.approver_id IS NULL THEN
      PERFORM yigang_refuse('a batch is approved by somebody');
    END IF;
    PERFORM set_config('yigang.scope', '*', true);
    SELECT count(*), coalesce(sum(e.amount_fen), 0), count(*) FILTER (WHERE e.amount_fen IS DISTINCT FROM p.sum)
      INTO entries, total, wrong
      FROM payment_batchentry e
      LEFT JOIN (SELECT entry_id, sum(amount_fen) AS sum FROM payment_payment WHERE live GROUP BY entry_id) p
        ON p.entry_id = e.id
      WHERE e.batch_id = NEW.id;
    PERFORM set_config('yigang.scope', scope_before, true);
    IF wrong > 0 OR entries <> NEW.count OR total <> NEW.total_fen OR entries = 0 THEN
      PERFORM yigang_refuse('the batch does not add up');
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batch_changes BEFORE INSERT OR UPDATE OR DELETE ON payment_bankbatch
  FOR EACH ROW EXECUTE FUNCTION yigang_batch_changes();

CREATE FUNCTION yigang_batch_cancelled() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  UPDATE payment_batchentry SET state = 'cancelled' WHERE batch_id = NEW.id;
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN NULL;
END $$;
CREATE TRIGGER batch_cancelled AFTER UPDATE ON payment_bankbatch
  FOR EACH ROW WHEN (NEW.state = 'cancelled' AND OLD.state <> 'cancelled') EXECUTE FUNCTION yigang_batch_cancelled();
"""

ENTRY = """
CREATE FUNCTION yigang_entry_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM yigang_refuse('an entry is cancelled, never deleted');
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'pending' THEN
      PERFORM yigang_refuse('an entry begins as pending');
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.region_code, OLD.batch_id, OLD.serial, OLD.person_id, OLD.account_id, OLD.amount_fen) IS DISTINCT FROM
     (NEW.region_code, NEW.batch_id, NEW.serial, NEW.person_id, NEW.account_id, NEW.amount_fen) THEN
    PERFORM yigang_refuse('an entry changes its state only');
  END IF;
  IF OLD.state <> 'pending' AND (OLD.state, OLD.bank_reason) IS DISTINCT FROM (NEW.state, NEW.bank_reason) THEN
    PERFORM yigang_refuse('what the bank has answered does not change');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_changes BEFORE INSERT OR UPDATE OR DELETE ON payment_batchentry
  FOR EACH ROW EXECUTE FUNCTION yigang_entry_changes();

CREATE FUNCTION yigang_entries_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE wrong int; scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  SELECT count(*) INTO wrong FROM changed c
    JOIN payment_bankbatch b ON b.id = c.batch_id
    JOIN people_bankaccount a ON a.id = c.account_id
    WHERE b.state <> 'draft' OR a.person_id <> c.person_id;
  PERFORM set_config('yigang.scope', scope_before, true);
  IF wrong > 0 THEN
    PERFORM yigang_refuse('an entry belongs to a draft and pays to the own account of its person');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER entries_added AFTER INSERT ON payment_batchentry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_entries_added();

CREATE FUNCTION yigang_entries_answered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE wrong int; scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  SELECT count(*) INTO wrong FROM changed c JOIN payment_bankbatch b ON b.id = c.batch_id
    WHERE c.state IN ('paid', 'refused') AND b.state NOT IN ('sent', 'returned')
       OR c.state = 'cancelled' AND b.state <> 'cancelled';
  IF wrong > 0 THEN
    PERFORM yigang_refuse('the bank answers a batch that was sent; an entry is cancelled with its batch');
  END IF;
  UPDATE payment_payment p SET live = false FROM changed c
    WHERE p.entry_id = c.id AND p.live AND c.state IN ('refused', 'cancelled');
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN NULL;
END $$;
CREATE TRIGGER entries_answered AFTER UPDATE ON payment_batchentry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_entries_answered();
"""

PAYMENT = """
CREATE FUNCTION yigang_payment_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE entry_state text; scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM yigang_refuse('a payment is ended, never deleted');
  END IF;
  PERFORM set_config('yigang.scope', '*', true);
  SELECT state INTO entry_state FROM payment_batchentry WHERE id = OLD.entry_id;
  PERFORM set_config('yigang.scope', scope_before, true);
  IF (OLD.region_code, OLD.entry_id, OLD.line_id, OLD.amount_fen) IS DISTINCT FROM
     (NEW.region_code, NEW.entry_id, NEW.line_id, NEW.amount_fen)
     OR NEW.live OR entry_state NOT IN ('refused', 'cancelled') THEN
    PERFORM yigang_refuse('a payment ends only when its entry is refused or cancelled');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payment_changes BEFORE UPDATE OR DELETE ON payment_payment
  FOR EACH ROW EXECUTE FUNCTION yigang_payment_changes();

CREATE FUNCTION yigang_payments_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE wrong int; scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  SELECT count(*) INTO wrong FROM added a
    JOIN payment_batchentry e ON e.id = a.entry_id
    JOIN payment_bankbatch b ON b.id = e.batch_id
    JOIN payment_subsidyline l ON l.id = a.line_id
    JOIN payment_settlement s ON s.id = l.settlement_id
    WHERE s.step <> 'sealed' OR l.state <> 'settled' OR l.amount_fen IS DISTINCT FROM a.amount_fen
       OR l.person_id <> e.person_id OR s.programme_id <> b.programme_id OR b.state <> 'draft' OR NOT a.live;
  IF wrong > 0 THEN
    PERFORM yigang_refuse('a payment pays a line of a sealed settlement, whole, to its person, from a draft');
  END IF;
  SELECT count(*) INTO wrong FROM payment_batchentry e
    JOIN (SELECT entry_id, sum(amount_fen) AS sum FROM payment_payment
          WHERE live AND entry_id IN (SELECT entry_id FROM added) GROUP BY entry_id) p ON p.entry_id = e.id
    WHERE p.sum <> e.amount_fen;
  PERFORM set_config('yigang.scope', scope_before, true);
  IF wrong > 0 THEN
    PERFORM yigang_refuse('an entry is the sum of the lines it pays');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payments_added AFTER INSERT ON payment_payment REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_payments_added();
"""

BUDGET = """
CREATE FUNCTION yigang_spent(lines bigint[]) RETURNS TABLE (budget_line_id bigint, pending_fen bigint, paid_fen bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  RETURN QUERY SELECT b.budget_line_id,
      coalesce(sum(e.amount_fen) FILTER (WHERE e.state = 'pending'), 0)::bigint,
      coalesce(sum(e.amount_fen) FILTER (WHERE e.state = 'paid'), 0)::bigint
    FROM payment_bankbatch b JOIN payment_batchentry e ON e.batch_id = b.id
    WHERE b.budget_line_id = ANY (lines) GROUP BY b.budget_line_id;
  PERFORM set_config('yigang.scope', scope_before, true);
END $$;
COMMENT ON FUNCTION yigang_spent IS 'What is spent of budget lines by every region together, also for a town that sees its own batches only';

CREATE FUNCTION yigang_budget_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE spent bigint;
BEGIN
  IF (OLD.fund_id, OLD.programme_id, OLD.region_code) IS DISTINCT FROM (NEW.fund_id, NEW.programme_id, NEW.region_code) THEN
    PERFORM yigang_refuse('a budget line keeps its fund and its programme');
  END IF;
  SELECT coalesce(sum(pending_fen + paid_fen), 0) INTO spent FROM yigang_spent(ARRAY[NEW.id]);
  IF spent > NEW.amount_fen THEN
    RAISE EXCEPTION 'budget line % would hold % fen, % are spent', NEW.id, NEW.amount_fen, spent
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_suffices';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER budget_changes BEFORE UPDATE ON payment_budgetline
  FOR EACH ROW EXECUTE FUNCTION yigang_budget_changes();
"""



class Migration(migrations.Migration):
    dependencies = [("payment", "0003_submitted_by"), ("people", "0002_guards")]
    operations = [migrations.RunSQL(sql) for sql in (ENTER, BATCH, ENTRY, PAYMENT, BUDGET)]
