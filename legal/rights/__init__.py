"""The rights of people over their data: what is held, its copy, objection, restriction, wishes after death, the end of the account."""
