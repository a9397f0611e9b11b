"""The addresses of the program."""

from django.urls import include, path

urlpatterns = [
    path("public/en/", include("yigang.public.urls", namespace="public-en")),
    path("public/", include("yigang.public.urls")),
    path("field/", include("yigang.field.urls")),
    path("trackers/", include("yigang.exchange.trackers.urls")),
    path("", include("yigang.console.urls")),
]

handler400 = "yigang.console.errors.bad_request"
handler403 = "yigang.console.errors.forbidden"
handler404 = "yigang.console.errors.missing"
handler500 = "yigang.console.errors.failed"
