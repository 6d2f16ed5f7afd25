"""What every request passes before it reaches a route, outermost first: context, door, body."""
