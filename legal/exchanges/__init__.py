"""What people write to the site: the contact form, the help of the account, and the desk that answers."""
