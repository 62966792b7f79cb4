"""The commands of the command line, one a file: `add` describes it to argparse, `run` does it."""
