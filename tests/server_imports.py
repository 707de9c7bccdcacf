"""What a dashboard imports first: `servers.forked_server` does so once for all of them."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import jinja2  # noqa: F401
import plotly.graph_objects  # noqa: F401
import scipy.integrate  # noqa: F401
import streamlit.emojis
import streamlit.web.bootstrap
import streamlit.web.cli  # noqa: F401

import fmnist_core.jobs
import fmnist_core.lecture
import fmnist_core.photos
import fmnist_core.results.charts
import fmnist_core.results.export  # noqa: F401
