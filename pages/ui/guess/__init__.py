"""The parts of the page Guess along."""
