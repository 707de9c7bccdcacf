"""What everything else stands on: settings, errors, paths, files. Imports nothing of the other rooms."""
