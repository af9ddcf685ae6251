"""What follows the publication of a page: it is searchable as soon as the transaction is over."""
