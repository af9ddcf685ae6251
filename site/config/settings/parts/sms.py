"""Short messages. Without a provider they are written to the log; docs/notifications.md has the settings of known ones."""

import environ

env = environ.Env()
SMS_PROVIDER = env("SMS_PROVIDER", default="common.sms.provider.ConsoleProvider")
SMS_SENDER = env("SMS_SENDER", default="MonProBE")
# common.sms.http.HttpProvider: where to post, how to sign in, and what the provider calls each field ("": it has none).
SMS_HTTP_URL = env("SMS_HTTP_URL", default="")
SMS_HTTP_HEADER = env("SMS_HTTP_HEADER", default="Authorization")
SMS_HTTP_KEY = env("SMS_HTTP_KEY", default="")
SMS_HTTP_TO = env("SMS_HTTP_TO", default="to")
SMS_HTTP_TEXT = env("SMS_HTTP_TEXT", default="text")
SMS_HTTP_SENDER = env("SMS_HTTP_SENDER", default="from")
SMS_HTTP_REFERENCE = env("SMS_HTTP_REFERENCE", default="reference")
SMS_HTTP_ID = env("SMS_HTTP_ID", default="id")
SMS_HTTP_EXTRA = env.json("SMS_HTTP_EXTRA", default={})
# Words in a refusal that mean: this number does not receive, and never will.
SMS_HTTP_BAD_NUMBER = env.list("SMS_HTTP_BAD_NUMBER", default=[])
