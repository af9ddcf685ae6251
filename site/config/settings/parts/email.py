import environ

env = environ.Env()
vars().update(env.email("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL = "Mon Pro du Bien-Être <bonjour@monprodubienetre.example>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# A message waits for its server under the lock of its row: not for ever.
EMAIL_TIMEOUT = 15
