"""The matrices of this folder are run with a source of their own, not collected with the tests."""

collect_ignore_glob = ["matrices/*"]
