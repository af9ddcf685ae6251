"""A stand-in for Stripe: its own process on loopback, for the demo and the tests only.

It knows nothing of Django and nothing of the site: see docs/stripe-stand-in.md.
Nothing is imported here, so that `demo.stripe.client` stays light for the site.
"""
