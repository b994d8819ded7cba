"""Settings of the Django project, all taken from the environment (`JUBAO_…`, docs/operating).

Worked example: without `JUBAO_DATABASE_URL` the connection is the embedded PostgreSQL under `JUBAO_DATA_DIR`; the site
connects as `jubao_app`, a role that owns nothing; migrations connect as the owner. `JUBAO_HOSTS=pension.example.cn` and
`JUBAO_HTTPS=1` (behind a proxy that ends TLS and sets X-Forwarded-Proto) are what a site with clerks needs; without
them it answers on this machine only, over plain http. DEBUG cannot be switched on.
"""

from __future__ import annotations

import os
from pathlib import Path

from jubao.database.places import connection_settings, data_dir, secret_key
from jubao.site.log_lines import logging_settings

DATA_DIR: Path = data_dir()
SECRET_KEY = secret_key()
DEBUG = False
# The simulated electronic social-security card is reachable in the demo only.
DEMO = os.environ.get("JUBAO_DEMO") == "1"
ALLOWED_HOSTS = os.environ.get("JUBAO_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DATABASES = {"default": connection_settings()}
AUTH_USER_MODEL = "staff.Officer"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "procrastinate.contrib.django",
    "jubao.people",
    "jubao.staff",
    "jubao.ledger",
    "jubao.contributions",
    "jubao.cases",
    "jubao.benefits",
    "jubao.certification",
    "jubao.payments",
    "jubao.comparison",
    "jubao.archive",
    "jubao.notices",
    "jubao.oversight",
    "jubao.claim_free",
    "jubao.recovery",
    "jubao.pension_transfers",
    "jubao.residents",
    "jubao.supervision",
    "jubao.jobs",
    "jubao.workbench",
    "jubao.portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jubao.workbench.access.AccessMiddleware",
    "jubao.workbench.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "jubao.workbench.faces.RefusalMiddleware",
    "jubao.portal.access.PortalMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "jubao.site.urls"
WSGI_APPLICATION = "jubao.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [Path(__file__).resolve().parent / "templates"],
        "OPTIONS": {
            "builtins": ["jubao.workbench.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jubao.workbench.context.desk",
            ],
        },
    }
]
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOCALE_PATHS: list[str] = []
SESSION_ENGINE = "jubao.database.browser_sessions"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jubao.site.errors.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# Pages hold no script, style or handler of their own; documents are shown in a frame of the same site.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o600
# Where phones reach this site: stands in the QR codes of printed forms.
PUBLIC_URL = os.environ.get("JUBAO_PUBLIC_URL", "http://localhost:8000").rstrip("/")
# Pictures and scans: what is taken, and how long the side of what is kept.
IMAGE_MEGABYTES = int(os.environ.get("JUBAO_IMAGE_MEGABYTES", "20"))
IMAGE_MEGAPIXELS = int(os.environ.get("JUBAO_IMAGE_MEGAPIXELS", "60"))
IMAGE_SIDE = int(os.environ.get("JUBAO_IMAGE_SIDE", "3600"))
IMAGE_SMALLEST_SIDE = int(os.environ.get("JUBAO_IMAGE_SMALLEST_SIDE", "200"))
SCAN_PAGES = int(os.environ.get("JUBAO_SCAN_PAGES", "30"))
LOGGING = logging_settings()

IS_ENCRYPTED = os.environ.get("JUBAO_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_ENCRYPTED
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_ENCRYPTED else 0
if IS_ENCRYPTED:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: other sites of the same office may still be without TLS
    "security.W021",  # HSTS preload: the same
    "security.W019",  # frames of the same site show documents; frame-ancestors says so too
    # Plain http on this machine only: no redirect, no HSTS, no secure cookies.
    *([] if IS_ENCRYPTED else ["security.W004", "security.W008", "security.W012", "security.W016"]),
]
