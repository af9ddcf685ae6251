from demo.models.mail import Mail

__all__ = ["Mail"]
