"""What the operator reads and sets in the CMS."""

from wagtail_modeladmin.options import modeladmin_register

from booking.registers import AppointmentRegister, FeeRegister

modeladmin_register(AppointmentRegister)
modeladmin_register(FeeRegister)
