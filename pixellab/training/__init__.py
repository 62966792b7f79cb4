"""One training loop for all models, configurations as files, and checkpoints that resume bit for bit."""
