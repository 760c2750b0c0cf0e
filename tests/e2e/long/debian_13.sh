#!/usr/bin/env bash
# On a fresh Debian 13: samples/quickstart, the packages, all tests.
exec bash "$(dirname "$0")/clean_debian.bash" trixie
