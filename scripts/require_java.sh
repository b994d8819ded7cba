#!/usr/bin/env bash
# Make sure that Java 17 or newer is there for Spark; install a headless runtime as root, else name the apt line and end with 2.
set -euo pipefail

has_java() {
    local major
    major=$(java -version 2>&1 | sed -nE '1s/.*"([0-9]+).*/\1/p') || return 1
    [ -n "$major" ] && [ "$major" -ge 17 ]
}

if has_java; then exit 0; fi
line="apt-get install -y --no-install-recommends default-jre-headless"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests on Spark need Java 17 or newer. As root, run:   $line" >&2
    exit 2
fi
echo "Installing: default-jre-headless"
apt-get update -qq
# The package's scripts look for this folder, which minimal images leave out.
mkdir -p /usr/share/man/man1
DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
has_java || { echo "The Java of this system is older than 17." >&2; exit 2; }
