"""Settings of the Django project, all taken from the environment (`JUBAO_…`, docs/operating).

Worked example: without `JUBAO_DATABASE_URL` the connection is the embedded PostgreSQL under `JUBAO_DATA_DIR`; the site
connects as `jubao_app`, a role that owns nothing; migrations connect as the owner.
"""

from __future__ import annotations

import os
from pathlib import Path

from jubao.database.places import connection_settings, data_dir, secret_key

DATA_DIR: Path = data_dir()
SECRET_KEY = secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("JUBAO_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
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
    "jubao.jobs",
    "jubao.workbench",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "jubao.site.urls"
WSGI_APPLICATION = "jubao.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
