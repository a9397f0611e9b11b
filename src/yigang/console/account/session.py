"""Signing in and out, the own password, the language, the region looked at."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigang.console import regions
from yigang.console.account.forms import PasswordForm, SignInForm
from yigang.console.pages import action, actor_of, back, page
from yigang.foundation.domain import set_password
from yigang.foundation.models import User


class SignIn(LoginView):
    """The page before all others. The account's own language is used from here on."""

    template_name = "console/account/signin.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override] # `authentication_form` says that it is this form
        response = super().form_valid(form)
        user = form.get_user()
        assert isinstance(user, User)
        return speak(response, user.language)


def speak(response: HttpResponse, language: str) -> HttpResponse:
    """Remember a language in this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.SESSION_COOKIE_AGE * 60, samesite="Lax"
    )
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("console:signin")


@page()
def password(request: HttpRequest) -> HttpResponse:
    """The own password. A new account comes here before anything else."""
    user = actor_of(request)
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_password(user, form.cleaned_data["new"], actor=user)
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("console:home")
    return render(request, "console/account/password.html", {"form": form})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language, for the account when one is signed in."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES) or not check_for_language(translation.to_locale(chosen)):
        raise Http404
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return speak(back(request), chosen)


@action()
def region(request: HttpRequest) -> HttpResponse:
    """Look at another region of the own scope."""
    if not regions.look_at(request, request.POST.get("prefix", "")):
        raise Http404
    return back(request)
