"""What lessons need beside the models: models with a mistake in them, what becomes of them, what goes on inside one."""
