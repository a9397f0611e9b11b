"""The ledger that writes itself, vacancies that are filled by whoever takes up the post, agreement numbers without gaps.

The triggers look at whole statements, so a roster of thousands of rows costs one more statement, and nothing that changes
`tenure_appointment` can leave the ledger out. What only people know (reason, who proposed, who approved) comes from the
setting `yigang.cause`, which `tenure.ledger.because` fills; without it the entry holds the bare fact.
"""

from django.db import migrations

from yigang.foundation.rls import append_only, protect

PROTECTED = (
    "agreement", "certificate", "dutyletter", "exit", "exitfile", "ledgerentry", "provision", "renewalproposal",
    "renewalround", "rotationmove", "rotationneed", "rotationround", "rotationwish", "sendingunit", "team", "teammember",
    "vacancy",
)  # fmt: skip

WIDEN = """
CREATE FUNCTION yigang_widen(wanted text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE seen text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', wanted, true);
  RETURN seen;
END $$
"""

CHANGED = """
CREATE FUNCTION yigang_changed(was jsonb, now jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_object_agg(key, was -> key) FROM unnest(ARRAY['starts', 'ends', 'post_id', 'person_id',
    'programme_id', 'region_code', 'agreement_number', 'plan_start', 'plan_end', 'exit_kind', 'exit_reason']) AS key
  WHERE was -> key IS DISTINCT FROM now -> key
$$
"""

NOTE = """
CREATE FUNCTION yigang_note_change(
  changed tenure_appointment, happened text, day date, before jsonb, after jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO tenure_ledgerentry (region_code, at, day, kind, programme_id, appointment_id, person_id, person_name, post_id,
    post_number, place, exit_kind, exit_reason, before, after, reason, proposed_by, actor_id, actor_name, link)
  SELECT changed.region_code, clock_timestamp(), coalesce(day, (now() AT TIME ZONE 'Asia/Shanghai')::date),
    coalesce(cause ->> 'kind', happened), changed.programme_id, changed.id, changed.person_id, coalesce(person.name, ''),
    changed.post_id, coalesce(post.number, ''), changed.place, changed.exit_kind, coalesce(cause ->> 'exit_reason', ''),
    before, after, left(coalesce(cause ->> 'reason', changed.exit_reason), 300), coalesce(cause ->> 'proposed_by', ''),
    (cause ->> 'actor_id')::bigint, coalesce(cause ->> 'actor_name', ''), coalesce(cause ->> 'link', '')
  FROM (SELECT coalesce(nullif(current_setting('yigang.cause', true), ''), '{}')::jsonb AS cause) AS told
  LEFT JOIN people_person AS person ON person.id = changed.person_id
  LEFT JOIN posts_post AS post ON post.id = changed.post_id
$$
"""

FILL = """
CREATE FUNCTION yigang_fill_vacancies(taken bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE vacancy record;
BEGIN
  FOR vacancy IN SELECT v.id, v.post_id, v.since FROM tenure_vacancy AS v
    WHERE v.filled_by_id IS NULL AND v.closed_on IS NULL
      AND v.post_id IN (SELECT post_id FROM tenure_appointment WHERE id = ANY(taken))
    ORDER BY v.since, v.id
  LOOP
    UPDATE tenure_vacancy AS v SET filled_by_id = a.id, filled_on = a.starts
    FROM (SELECT id, starts FROM tenure_appointment AS a
          WHERE a.id = ANY(taken) AND a.post_id = vacancy.post_id AND a.starts >= vacancy.since
            AND NOT EXISTS (SELECT 1 FROM tenure_vacancy AS f WHERE f.filled_by_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM tenure_appointment AS b
                            WHERE b.person_id = a.person_id AND b.post_id = a.post_id AND b.ends = a.starts - 1)
          ORDER BY a.starts, a.id LIMIT 1) AS a
    WHERE v.id = vacancy.id;
  END LOOP;
END $$
"""

REOPEN = """
CREATE FUNCTION yigang_reopen_vacancies(changed bigint[]) RETURNS void LANGUAGE sql AS $$
  UPDATE tenure_vacancy AS v SET filled_by_id = NULL, filled_on = NULL FROM tenure_appointment AS a
    WHERE a.id = ANY(changed) AND v.filled_by_id = a.id AND (v.post_id <> a.post_id OR a.starts < v.since);
$$
"""

ADDED = """
CREATE FUNCTION yigang_appointments_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := yigang_widen('*');
BEGIN
  PERFORM yigang_note_change(added, 'hire', added.starts, NULL, yigang_changed(to_jsonb(added), '{}')) FROM added;
  PERFORM yigang_fill_vacancies(array_agg(id)) FROM added;
  PERFORM yigang_widen(seen);
  RETURN NULL;
END $$
"""

UPDATED = """
CREATE FUNCTION yigang_appointments_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := yigang_widen('*');
BEGIN
  PERFORM yigang_note_change(now_, kind, CASE WHEN kind IN ('exit', 'transfer_out') THEN now_.ends END,
      yigang_changed(to_jsonb(was), to_jsonb(now_)), yigang_changed(to_jsonb(now_), to_jsonb(was)))
    FROM added AS now_ JOIN removed AS was USING (id), LATERAL (SELECT CASE
      WHEN was.exit_kind = '' AND now_.exit_kind = 'transfer' THEN 'transfer_out'
      WHEN was.exit_kind = '' AND now_.exit_kind <> '' THEN 'exit'
      WHEN was.exit_kind <> '' AND now_.exit_kind = '' THEN 'exit_back' ELSE 'terms' END AS kind) AS what
    WHERE yigang_changed(to_jsonb(was), to_jsonb(now_)) IS NOT NULL;
  PERFORM yigang_reopen_vacancies(array_agg(id)) FROM added;
  PERFORM yigang_widen(seen);
  RETURN NULL;
END $$
"""

REMOVED = """
CREATE FUNCTION yigang_appointments_removed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := yigang_widen('*');
BEGIN
  UPDATE tenure_vacancy SET filled_by_id = NULL, filled_on = NULL WHERE filled_by_id IN (SELECT id FROM removed);
  PERFORM yigang_note_change(removed, 'taken_back', NULL, yigang_changed(to_jsonb(removed), '{}'), NULL) FROM removed;
  PERFORM yigang_widen(seen);
  RETURN NULL;
END $$
"""

NEXT_AGREEMENT = """
CREATE FUNCTION yigang_next_agreement(programme bigint, of_year int) RETURNS int LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := yigang_widen('*'); given int;
BEGIN
  INSERT INTO tenure_agreementseries AS series (region_code, programme_id, year, last)
    SELECT region_code, id, of_year, 1 FROM posts_programme WHERE id = programme
  ON CONFLICT (programme_id, year) DO UPDATE SET last = series.last + 1 RETURNING last INTO given;
  PERFORM yigang_widen(seen);
  RETURN given;
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER ledger_added AFTER INSERT ON tenure_appointment REFERENCING NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION yigang_appointments_added()",
    "CREATE TRIGGER ledger_changed AFTER UPDATE ON tenure_appointment REFERENCING OLD TABLE AS removed NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION yigang_appointments_changed()",
    "CREATE TRIGGER ledger_removed AFTER DELETE ON tenure_appointment REFERENCING OLD TABLE AS removed "
    "FOR EACH STATEMENT EXECUTE FUNCTION yigang_appointments_removed()",
)


class Migration(migrations.Migration):
    dependencies = [("tenure", "0005_tenure_whole"), ("people", "0002_guards"), ("posts", "0002_guards")]
    operations = [
        *(protect(f"tenure_{table}") for table in PROTECTED),
        protect("tenure_agreementseries", visible_below=True),
        append_only("tenure_ledgerentry"),
        *map(migrations.RunSQL, (WIDEN, CHANGED, NOTE, FILL, REOPEN, ADDED, UPDATED, REMOVED, NEXT_AGREEMENT)),
        *map(migrations.RunSQL, TRIGGERS),
        migrations.RunSQL("REVOKE INSERT, UPDATE, DELETE ON tenure_ledgerentry, tenure_agreementseries FROM yigang_app"),
        migrations.RunSQL("REVOKE DELETE ON tenure_agreement, tenure_exit, tenure_vacancy FROM yigang_app"),
    ]
