"""Addresses of the pages about rounds."""

from django.urls import include, path

from yigang.console.recruitment import applicant, applicants, deeds, filling, peers, pool, rounds, steering

urlpatterns = [
    path("", rounds.rounds, name="recruitment"),
    path("new/", rounds.new_round, name="round-new"),
    path("<int:pk>/", rounds.one_round, name="round"),
    path("<int:pk>/open/", steering.open_step, name="round-open"),
    path("<int:pk>/close/", steering.close_step, name="round-close"),
    path("<int:pk>/back/", steering.go_back, name="round-back"),
    path("<int:pk>/cancel/", steering.cancel, name="round-cancel"),
    path("<int:pk>/attach/", steering.attach, name="round-attach"),
    path("<int:pk>/seat/", steering.give_seat, name="round-seat"),
    path("<int:pk>/judge/", steering.judge, name="round-judge"),
    path("<int:pk>/decide/", steering.decide_by_clauses, name="round-decide"),
    path("<int:pk>/rank/", steering.rank, name="round-rank"),
    path("<int:pk>/settle/", steering.settle, name="round-settle"),
    path("<int:pk>/vote/", peers.vote, name="round-vote"),
    path("<int:pk>/apply/", applicants.apply, name="round-apply"),
    path("applicants/", applicants.applicants, name="recruitment-applicants"),
    path("applicants/<int:pk>/", applicant.applicant, name="applicant"),
    path("applicants/<int:pk>/decide/", deeds.decide, name="applicant-decide"),
    path("applicants/<int:pk>/withdraw/", deeds.withdraw, name="applicant-withdraw"),
    path("applicants/<int:pk>/back/", deeds.take_back, name="applicant-back"),
    path("applicants/<int:pk>/sign/", deeds.sign, name="applicant-sign"),
    path("applicants/<int:pk>/mark/", deeds.mark, name="applicant-mark"),
    path("applicants/<int:pk>/hire/", deeds.hire, name="applicant-hire"),
    path("applicants/<int:pk>/tie/", deeds.tie, name="applicant-tie"),
    path("comparison/", include("yigang.console.recruitment.comparison.urls")),
    path("pool/", pool.pool, name="pool"),
    path("pool/renew/", pool.renew, name="pool-renew"),
    path("pool/<int:pk>/", pool.member, name="pool-member"),
    path("vacancies/", filling.vacancies, name="vacancies-to-fill"),
    path("vacancies/<int:pk>/", filling.candidates, name="candidates"),
    path("vacancies/<int:pk>/propose/<int:person>/", filling.propose, name="candidate-propose"),
    path("replacements/<int:pk>/confirm/", filling.confirm, name="replacement-confirm"),
    path("replacements/<int:pk>/reject/", filling.reject, name="replacement-reject"),
    path("replacements/<int:pk>/back/", filling.take_back, name="replacement-back"),
]
