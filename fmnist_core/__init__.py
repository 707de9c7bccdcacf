"""Train, compare and understand image classifiers on Fashion-MNIST and its relatives.

Importing the package costs nothing: torch is only imported by the modules that compute with it.
"""

__version__ = "1.0.0"
