"""What can be timed: each figure beside what it is compared with, measured in the same run."""
