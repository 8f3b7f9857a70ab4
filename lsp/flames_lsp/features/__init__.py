"""What the server answers: pure functions of a View, one module each. No state, no pygls."""
