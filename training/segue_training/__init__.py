"""Training and export of Segue's bi-encoder."""
