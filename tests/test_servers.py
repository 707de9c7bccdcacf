"""Browser tests: their servers begin with what costs most already imported, their tab forgets each test."""

import multiprocessing

import pytest
import servers
from windows import arrive


def test_a_server_is_forked_from_a_process_that_has_imported_torch():
    """Where the import fails, the fork server says nothing, and each server imports for itself."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = servers.start_forked(servers.tell_imported, there)
    there.close()
    assert here.poll(servers.START_SECONDS)
    imported = here.recv()
    process.join()
    assert {"server_imports", "torch", "streamlit", "fmnist_core.results.export"} <= set(imported)


@pytest.mark.browser
def test_what_a_tab_never_forgets_is_refused_in_the_tab_of_all_tests(tab):
    """A test's script, or what it sent beside the browser's words, would be in all later ones."""
    for forever in (tab.add_init_script, tab.route_web_socket):
        with pytest.raises(pytest.fail.Exception, match="own_tab"):
            forever("", lambda _: None)


@pytest.fixture
def tab_is_left(tab):
    """At the end, after `page` has: no page is open in the tab of all tests."""
    yield
    assert tab.url == "about:blank", "a page that stays open asks for news beside all later tests"


@pytest.mark.browser
def test_a_page_is_left_when_its_test_is_over(tab_is_left, page, server):
    arrive(page, server)
    page.evaluate("localStorage.setItem('kept', 'by the first of two')")


@pytest.mark.browser
def test_a_page_finds_nothing_of_the_test_before(page, server):
    arrive(page, server)
    assert page.evaluate("localStorage.getItem('kept')") is None
