"""The rows of serving.py and what they share."""
