"""What the API serves, one module per noun; `demo.stripe.routes` names every operation."""
