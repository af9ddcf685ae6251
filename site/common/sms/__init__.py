"""Short messages through a provider named in the settings; `provider()` is the one that sends."""

from common.sms.provider import SmsProvider, SmsRefused, SmsUnclear, provider

__all__ = ["SmsProvider", "SmsRefused", "SmsUnclear", "provider"]
