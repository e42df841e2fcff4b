"""Settings of the web side: sign-in, sessions, languages, headers. `settings.py` takes them over as they are."""

import os
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import jishiyu.web
from jishiyu.conf.home import home

__all__ = [
    "ACCOUNT_ADAPTER", "ACCOUNT_EMAIL_VERIFICATION", "ACCOUNT_FORMS", "ACCOUNT_LOGIN_METHODS", "ACCOUNT_RATE_LIMITS",
    "ACCOUNT_REAUTHENTICATION_TIMEOUT", "ACCOUNT_SESSION_REMEMBER", "ACCOUNT_SIGNUP_FIELDS",
    "ACCOUNT_USER_MODEL_EMAIL_FIELD", "ACCOUNT_USER_MODEL_USERNAME_FIELD", "ALLOWED_HOSTS",
    "AUTHENTICATION_BACKENDS", "AUTH_USER_MODEL", "CACHES", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE",
    "CSRF_COOKIE_SECURE", "CSRF_FAILURE_VIEW", "CSRF_TRUSTED_ORIGINS", "DATA_UPLOAD_MAX_MEMORY_SIZE", "FORM_RENDERER",
    "HTTPS", "LANGUAGE_COOKIE_HTTPONLY", "LANGUAGE_COOKIE_SAMESITE", "LOCALE_PATHS", "LOGIN_REDIRECT_URL", "LOGIN_URL",
    "MESSAGE_STORAGE", "MFA_ADAPTER", "MFA_FORMS", "MFA_PASSKEY_LOGIN_ENABLED", "MFA_SUPPORTED_TYPES",
    "MFA_TOTP_ISSUER", "MFA_TOTP_TOLERANCE", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "MIDDLEWARE", "PASSWORD_HASHERS",
    "PROXIES", "ROOT_URLCONF",
    "SECRET_FILE", "SECRET_KEY", "SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_SECURE", "SESSION_EXPIRE_AT_BROWSER_CLOSE", "SIGN_ON_NAME", "SOCIALACCOUNT_ADAPTER",
    "SOCIALACCOUNT_ONLY", "SOCIALACCOUNT_PROVIDERS", "STATIC_URL", "TEMPLATES", "X_FRAME_OPTIONS",
]  # fmt: skip

WEB = Path(jishiyu.web.__file__).parent

# Signs sessions and forms. Drawn at the first start and kept in the data folder by `jishiyu.conf.start.ready()`.
SECRET_FILE = home() / "session.key"
SECRET_KEY = SECRET_FILE.read_text().strip() if SECRET_FILE.is_file() else secrets.token_urlsafe(48)

# Names by which browsers reach this server, with commas; behind a proxy that speaks HTTPS also JISHIYU_HTTPS=1.
HOSTS = [name.strip() for name in os.environ.get("JISHIYU_HOSTS", "").split(",") if name.strip()]
HTTPS = os.environ.get("JISHIYU_HTTPS", "") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *HOSTS]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in HOSTS] if HTTPS else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

# Proxies whose word about where a request comes from is taken: addresses or networks, with commas.
PROXIES = [ip_network(one.strip()) for one in os.environ.get("JISHIYU_PROXIES", "").split(",") if one.strip()]

ROOT_URLCONF = "jishiyu.conf.urls"
STATIC_URL = "/static/"
MIDDLEWARE = [
    "jishiyu.web.security.Headers",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jishiyu.web.language.Language",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jishiyu.web.gate.OnlyPages",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "layout" / "templates", *sorted(WEB.glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "jishiyu.web.layout.context.frame",
            ],
            "libraries": {"jishiyu": "jishiyu.web.components.tags"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "jishiyu.web.components.tags"],
        },
    }
]
FORM_RENDERER = "jishiyu.web.components.forms.Renderer"
LOCALE_PATHS = [str(path) for path in sorted(WEB.glob("*/locale"))]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Sessions lie in the database; `web/gate.py` ends them after twenty idle minutes.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "jishiyu.web.problem.forged"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Used codes must be known to every worker, so the cache is a table. It is large enough that nothing is thrown out before
# its time: Django begins to at 300 entries, and a used code that is forgotten would work twice.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# django-allauth: second factors and a union's own sign-on. Its pages for e-mail and sign-up are not mounted.
ACCOUNT_ADAPTER = "jishiyu.web.accounts.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # the lock after five failures takes their place
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "jishiyu.web.accounts.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_TOTP_ISSUER = "Jishiyu"
MFA_TOTP_TOLERANCE = 1  # a code typed at the end of its half minute still counts (RFC 6238, 5.2)
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
ACCOUNT_FORMS = {"reauthenticate": "jishiyu.web.accounts.forms.PasswordAgain"}
MFA_FORMS = {
    "authenticate": "jishiyu.web.accounts.forms.SecondFactor",
    "reauthenticate": "jishiyu.web.accounts.forms.SecondFactorAgain",
}
SOCIALACCOUNT_ADAPTER = "jishiyu.web.accounts.adapters.SignOn"
SOCIALACCOUNT_ONLY = False
# A union's own sign-on (OpenID Connect): address of its discovery document, our name there, and the secret.
SIGN_ON_NAME = os.environ.get("JISHIYU_OIDC_NAME") or "单位统一认证 / Single sign-on"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if os.environ.get("JISHIYU_OIDC_URL"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "union",
                "name": SIGN_ON_NAME,
                "client_id": os.environ.get("JISHIYU_OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("JISHIYU_OIDC_SECRET", ""),
                "settings": {"server_url": os.environ["JISHIYU_OIDC_URL"]},
            }
        ],
    }
