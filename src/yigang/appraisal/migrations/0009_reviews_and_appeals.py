"""The villagers' review: slips, a box of counts that nobody reads before its time, papers, results; and appeals."""

import django.contrib.postgres.fields
import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import append_only, protect

SLIP = """
CREATE FUNCTION yigang_keep_slip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'open' THEN
    RAISE EXCEPTION 'this household has voted' USING ERRCODE = 'YG020';
  END IF;
  IF NEW.state = 'voted' AND current_user = 'yigang_app' THEN
    RAISE EXCEPTION 'a slip is used with its ballot' USING ERRCODE = 'YG020';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_slip BEFORE UPDATE ON appraisal_reviewslip FOR EACH ROW EXECUTE FUNCTION yigang_keep_slip();
REVOKE UPDATE, DELETE ON appraisal_reviewslip FROM yigang_app;
GRANT UPDATE (digest, state) ON appraisal_reviewslip TO yigang_app;
"""
"""A slip is used once, for a ballot by `yigang_cast` or for a paper; what is used stays used."""

BOX = """
REVOKE UPDATE, DELETE ON appraisal_reviewbox FROM yigang_app;
CREATE POLICY shut ON appraisal_reviewbox AS RESTRICTIVE FOR SELECT USING (
  (SELECT c.relowner = r.oid FROM pg_class c, pg_roles r
   WHERE c.oid = 'appraisal_reviewbox'::regclass AND r.rolname = current_user)
  OR EXISTS (SELECT FROM appraisal_review r
             WHERE r.id = review_id AND r.closed_at IS NOT NULL AND r.abandoned = '' AND r.voted >= r.needed));
CREATE POLICY empty ON appraisal_reviewbox AS RESTRICTIVE FOR INSERT TO yigang_app WITH CHECK (count = 0 AND EXISTS (
  SELECT FROM appraisal_review r WHERE r.id = review_id AND r.closed_at IS NULL));
"""
"""Who serves puts an empty box there and sees it again when the review is closed and its quorum was reached; the functions below
run as the owner. Not `TO yigang_app`: the owner is a member of that role, and a policy for a role holds for its members."""

ADD = """
CREATE FUNCTION yigang_add_to_box(wanted bigint, ballots jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE appraisal_reviewbox b
  SET count = b.count + COALESCE((ballots -> b.appointment_id::text ->> b.choice::text)::int, 0)
  WHERE b.review_id = wanted;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the box is not to be seen';
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION yigang_add_to_box(bigint, jsonb) FROM PUBLIC;
"""
"""All rows of the review are written, those that gain nothing too: their row versions say nothing of the last ballot."""

CAST = """
CREATE FUNCTION yigang_cast(wanted bytea, choices jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  slip appraisal_reviewslip;
  review appraisal_review;
  asked text[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('appraisal_review'), review_id::int) FROM appraisal_reviewslip WHERE digest = wanted;
  SELECT * INTO slip FROM appraisal_reviewslip WHERE digest = wanted FOR UPDATE;
  IF slip.id IS NULL THEN
    RAISE EXCEPTION 'no slip has this code' USING ERRCODE = 'YG021';
  END IF;
  SELECT * INTO review FROM appraisal_review WHERE id = slip.review_id;
  IF review.closed_at IS NOT NULL OR yigang_today() NOT BETWEEN review.opens AND review.closes THEN
    RAISE EXCEPTION 'the review is not open' USING ERRCODE = 'YG022';
  END IF;
  SELECT array_agg(held::text ORDER BY held::text) INTO asked
  FROM unnest(review.asked) AS held
  LEFT JOIN tenure_appointment a ON a.id = held LEFT JOIN people_person p ON p.id = a.person_id
  WHERE p.household_id IS DISTINCT FROM slip.household_id;
  IF (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(choices) k) IS DISTINCT FROM asked
     OR EXISTS (SELECT FROM jsonb_each_text(choices) c
                WHERE c.value !~ '^[0-9]$' OR c.value::int > jsonb_array_length(review.choices)) THEN
    RAISE EXCEPTION 'the ballot has another form' USING ERRCODE = 'YG023';
  END IF;
  UPDATE appraisal_reviewslip SET state = 'voted' WHERE id = slip.id;
  PERFORM yigang_add_to_box(review.id, (SELECT jsonb_object_agg(key, jsonb_build_object(value, 1)) FROM jsonb_each_text(choices)));
END $$;
REVOKE EXECUTE ON FUNCTION yigang_cast(bytea, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION yigang_cast(bytea, jsonb) TO yigang_app;
"""
"""One ballot: the slip with this digest is used, and what was chosen is added; `choices` is appointment → place of the word.

A household is not asked about its own members. One ballot after the other: a slip used on two connections is used once.
"""

PAPERS = """
CREATE FUNCTION yigang_confirm_papers(wanted bigint, confirmer bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  papers appraisal_reviewpapers;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('appraisal_review'), review_id::int) FROM appraisal_reviewpapers WHERE id = wanted;
  SELECT * INTO papers FROM appraisal_reviewpapers WHERE id = wanted FOR UPDATE;
  IF papers.id IS NULL OR papers.confirmed_by_id IS NOT NULL
     OR EXISTS (SELECT FROM appraisal_review r WHERE r.id = papers.review_id AND r.closed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'these papers are in the box' USING ERRCODE = 'YG020';
  END IF;
  IF papers.ballots > (SELECT count(*) FROM appraisal_reviewslip WHERE review_id = papers.review_id AND state = 'paper') THEN
    RAISE EXCEPTION 'more papers than were handed out' USING ERRCODE = 'YG023';
  END IF;
  UPDATE appraisal_reviewpapers SET confirmed_by_id = confirmer WHERE id = wanted;
  PERFORM yigang_add_to_box(papers.review_id, (
    SELECT jsonb_object_agg(a.key, (SELECT jsonb_object_agg(c.place - 1, c.count)
                                    FROM jsonb_array_elements(a.value) WITH ORDINALITY AS c (count, place)))
    FROM jsonb_each(papers.counts) a));
END $$;
REVOKE EXECUTE ON FUNCTION yigang_confirm_papers(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION yigang_confirm_papers(bigint, bigint) TO yigang_app;
REVOKE UPDATE ON appraisal_reviewpapers FROM yigang_app;
GRANT UPDATE (ballots, counts, counted_by_id, counted_at) ON appraisal_reviewpapers TO yigang_app;
CREATE POLICY counted_by_one ON appraisal_reviewpapers AS RESTRICTIVE FOR INSERT TO yigang_app WITH CHECK (confirmed_by_id IS NULL);
CREATE FUNCTION yigang_keep_papers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.confirmed_by_id IS NOT NULL THEN
    RAISE EXCEPTION 'these papers are in the box' USING ERRCODE = 'YG020';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_papers BEFORE UPDATE OR DELETE ON appraisal_reviewpapers FOR EACH ROW EXECUTE FUNCTION yigang_keep_papers();
"""
"""Papers go into the box once, by the second person's word; the first one's count stands until then."""

CLOSED = """
REVOKE UPDATE, DELETE ON appraisal_review FROM yigang_app;
GRANT UPDATE (voted, closed_by_id, closed_at, abandoned) ON appraisal_review TO yigang_app;
CREATE FUNCTION yigang_keep_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL THEN
    RAISE EXCEPTION 'this review is closed' USING ERRCODE = 'YG022';
  END IF;
  IF NEW.voted <> (SELECT count(*) FROM appraisal_reviewslip WHERE review_id = OLD.id AND state = 'voted')
     + COALESCE((SELECT ballots FROM appraisal_reviewpapers WHERE review_id = OLD.id AND confirmed_by_id IS NOT NULL), 0) THEN
    RAISE EXCEPTION 'another number of households voted' USING ERRCODE = 'YG022';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_review BEFORE UPDATE ON appraisal_review FOR EACH ROW EXECUTE FUNCTION yigang_keep_review();
"""
"""A review is closed once, with the number of households that the slips and the papers say."""

APPEAL = """
ALTER TABLE appraisal_appeal ADD CONSTRAINT appeal_decided_by_another CHECK (NOT decided_by_id = ANY (authors));
REVOKE DELETE ON appraisal_appeal FROM yigang_app;
REVOKE UPDATE ON appraisal_appeal FROM yigang_app;
GRANT UPDATE (state, reason, decided_by_id, decided_at, carried_at, carried) ON appraisal_appeal TO yigang_app;
CREATE FUNCTION yigang_appeal_names_authors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM appraisal_mark m WHERE m.id = NEW.mark_id AND NOT m.given_by_id = ANY (NEW.authors))
     OR EXISTS (SELECT FROM appraisal_pointentry p WHERE p.id = NEW.points_id AND NOT p.given_by_id = ANY (NEW.authors))
     OR EXISTS (SELECT FROM appraisal_yearresult y WHERE y.id = NEW.year_id AND NOT y.given_by_id = ANY (NEW.authors)) THEN
    RAISE EXCEPTION 'an appeal names who made what it is about' USING ERRCODE = 'YG024';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.state <> 'open' AND (NEW.state, NEW.reason, NEW.decided_by_id, NEW.decided_at)
     IS DISTINCT FROM (OLD.state, OLD.reason, OLD.decided_by_id, OLD.decided_at) THEN
    RAISE EXCEPTION 'this appeal is decided' USING ERRCODE = 'YG024';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER names_authors BEFORE INSERT OR UPDATE ON appraisal_appeal FOR EACH ROW EXECUTE FUNCTION yigang_appeal_names_authors();
"""
"""Whoever made the mark or the result does not decide about it; a decision stays."""

TABLES = ("review", "reviewslip", "reviewbox", "reviewpapers", "reviewresult", "appeal")



class Migration(migrations.Migration):

    dependencies = [
        ('appraisal', '0008_points_and_honours'),
        ('people', '0014_card_readings'),
        ('posts', '0004_guards_and_kinds'),
        ('notices', '0003_public_role'),
        ('tenure', '0009_agreement_templates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('period', models.CharField(choices=[('day', 'Daily'), ('month', 'Monthly'), ('quarter', 'Quarterly'), ('year', 'Yearly')], max_length=8, verbose_name='rhythm of the review')),
                ('first', models.DateField(help_text='of the period judged', verbose_name='first day')),
                ('mark', models.CharField(help_text="the policy's name for the review, such as 民主评议", max_length=40, verbose_name='mark')),
                ('choices', models.JSONField()),
                ('asked', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='the appointments that it is about', size=None)),
                ('entitled', models.PositiveIntegerField(verbose_name='households entitled')),
                ('needed', models.PositiveIntegerField(verbose_name='ballots needed')),
                ('opens', models.DateField(verbose_name='first day of voting')),
                ('closes', models.DateField(verbose_name='last day of voting')),
                ('policy_digest', models.CharField(max_length=64)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('voted', models.PositiveIntegerField(null=True, verbose_name='households that voted')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                ('abandoned', models.CharField(blank=True, max_length=200, verbose_name='abandoned because')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
            ],
            options={
                'verbose_name': 'village review',
                'ordering': ['-first', 'region_code'],
                'indexes': [models.Index(fields=['region_code'], name='review_region', opclasses=['text_pattern_ops'])],
                'constraints': [models.UniqueConstraint(condition=models.Q(('abandoned', '')), fields=('programme', 'region_code', 'period', 'first'), name='review_once'), models.CheckConstraint(condition=models.Q(('closes__gte', models.F('opens'))), name='review_days'), models.CheckConstraint(condition=models.Q(('entitled__gte', 1), ('needed__gte', 3)), name='review_quorum'), models.CheckConstraint(condition=models.Q(models.Q(('abandoned', ''), ('closed_at', None), ('closed_by', None), ('voted', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('voted__isnull', False)), _connector='OR'), name='review_closed_whole')],
            },
        ),
        migrations.CreateModel(
            name='ReviewSlip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('digest', models.BinaryField(help_text='of the code on the slip; none until it is printed', null=True, unique=True)),
                ('state', models.CharField(choices=[('open', 'Has not voted'), ('voted', 'Voted by its code'), ('paper', 'Was given a paper')], default='open', max_length=6, verbose_name='state')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.household')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slips', to='appraisal.review')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('review', 'household'), name='one_slip_per_household')],
            },
        ),
        migrations.CreateModel(
            name='ReviewBox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('choice', models.PositiveSmallIntegerField(help_text='place of the word in the review; the one after the last is none')),
                ('count', models.PositiveIntegerField(default=0)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenure.appointment')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='box', to='appraisal.review')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('review', 'appointment', 'choice'), name='box_once')],
            },
        ),
        migrations.CreateModel(
            name='ReviewPapers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('ballots', models.PositiveIntegerField(verbose_name='papers in the box')),
                ('counts', models.JSONField(help_text='appointment → how many for each word, and at the end for none')),
                ('counted_at', models.DateTimeField(auto_now=True)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('counted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='appraisal.review')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ballots__gte', 3)), name='papers_not_too_few'), models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('counted_by')), _negated=True), _connector='OR'), name='papers_counted_by_two')],
            },
        ),
        migrations.CreateModel(
            name='ReviewResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('counts', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), help_text='for each word, and at the end for none', null=True, size=None)),
                ('value', models.DecimalField(decimal_places=2, help_text='of a hundred', max_digits=7, null=True, verbose_name='points')),
                ('missing', models.CharField(blank=True, choices=[('quorum', 'Too few households voted'), ('nobody', 'Nobody chose a word')], max_length=8)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_results', to='tenure.appointment')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='appraisal.review')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('review', 'appointment'), name='review_result_once'), models.CheckConstraint(condition=models.Q(models.Q(('missing__gt', ''), ('value', None)), models.Q(('counts__isnull', False), ('missing', ''), ('value__isnull', False)), _connector='OR'), name='review_result_or_why_not'), models.CheckConstraint(condition=models.Q(models.Q(('missing', 'quorum'), _negated=True), ('counts', None), _connector='OR'), name='no_counts_below_the_quorum')],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('text', models.CharField(max_length=1000, verbose_name='what is wrong')),
                ('at', models.DateTimeField(verbose_name='said at')),
                ('record', models.UUIDField(help_text='the signed record of the phone that it came in', null=True, unique=True)),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='accounts that made what it is about', size=None)),
                ('due_on', models.DateField(verbose_name='to be decided by')),
                ('state', models.CharField(choices=[('open', 'To be decided'), ('upheld', 'Appeal upheld'), ('rejected', 'Appeal rejected')], default='open', max_length=8, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason of the decision')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('carried_at', models.DateTimeField(help_text='when what follows was put into the next open month', null=True)),
                ('carried', models.CharField(blank=True, max_length=200, verbose_name='what followed')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('filed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mark', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='appraisal.mark')),
                ('month', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='appraisal.appraisal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='people.person')),
                ('period', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='appraisal.periodresult')),
                ('year', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='appraisal.yearresult')),
                ('points', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='appraisal.pointentry')),
                ('review', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='appraisal.reviewresult')),
            ],
            options={
                'verbose_name': 'appeal',
                'ordering': ['-at'],
                'indexes': [models.Index(fields=['region_code'], name='appeal_region', opclasses=['text_pattern_ops']), models.Index(fields=['person', '-at'], name='appeal_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('mark__isnull', False), ('month__isnull', True), ('period__isnull', True), ('points__isnull', True), ('review__isnull', True), ('year__isnull', True)), models.Q(('mark__isnull', True), ('month__isnull', False), ('period__isnull', True), ('points__isnull', True), ('review__isnull', True), ('year__isnull', True)), models.Q(('mark__isnull', True), ('month__isnull', True), ('period__isnull', False), ('points__isnull', True), ('review__isnull', True), ('year__isnull', True)), models.Q(('mark__isnull', True), ('month__isnull', True), ('period__isnull', True), ('points__isnull', True), ('review__isnull', True), ('year__isnull', False)), models.Q(('mark__isnull', True), ('month__isnull', True), ('period__isnull', True), ('points__isnull', True), ('review__isnull', False), ('year__isnull', True)), models.Q(('mark__isnull', True), ('month__isnull', True), ('period__isnull', True), ('points__isnull', False), ('review__isnull', True), ('year__isnull', True)), _connector='OR'), name='appeal_about_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('filed_by', None), ('record__isnull', False)), models.Q(('filed_by__isnull', False), ('record', None)), _connector='OR'), name='appeal_came_one_way'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('state', 'open'), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='appeal_decided_with_reason'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('filed_by')), _negated=True), ('filed_by', None), _connector='OR'), name='appeal_not_decided_by_who_filed'), models.CheckConstraint(condition=models.Q(('carried_at', None), ('state', 'upheld'), _connector='OR'), name='only_upheld_appeals_carry'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='appeal_says_what')],
            },
        ),
        *(protect(f"appraisal_{name}") for name in TABLES),
        append_only("appraisal_reviewresult"),
        *(migrations.RunSQL(each, migrations.RunSQL.noop) for each in (SLIP, BOX, ADD, CAST, PAPERS, CLOSED, APPEAL)),
    ]
