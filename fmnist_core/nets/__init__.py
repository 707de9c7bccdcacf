"""Architectures, designed nets, what a net answers, what goes on inside it."""
