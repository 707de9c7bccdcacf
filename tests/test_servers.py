"""The servers of browser tests begin with what costs most already imported."""

import multiprocessing

import servers


def test_a_server_is_forked_from_a_process_that_has_imported_torch():
    """Where the import fails, the fork server says nothing, and each server imports for itself."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = servers.start_forked(servers.tell_imported, there)
    there.close()
    assert here.poll(servers.START_SECONDS)
    imported = here.recv()
    process.join()
    assert {"server_imports", "torch", "streamlit", "fmnist_core.results.export"} <= set(imported)
