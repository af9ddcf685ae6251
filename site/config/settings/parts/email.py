import environ

env = environ.Env()
vars().update(env.email("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL = "Mon Pro du Bien-Être <bonjour@monprodubienetre.example>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
