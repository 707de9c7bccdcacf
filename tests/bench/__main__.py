"""Benchmarks of pages, browsers and the coach: `python tests/bench [NAME...] [--json]`."""

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

import coach
import compare_page
import dashboard

from fmnist_core import bench

BENCHMARKS = {
    "coach": coach.benchmark,
    "compare-1000-runs": compare_page.benchmark,
    "dashboard-tax": dashboard.benchmark,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.exit(bench.main(options.names, options.json, BENCHMARKS))
