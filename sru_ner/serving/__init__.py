"""A trained model behind HTTP, and a page to try it."""
