#!/usr/bin/env bash
# Make sure that programs are there which pip cannot bring; install their packages as root, else name the apt line and end with 2.
# Usage: require_packages.sh PROGRAM=PACKAGE…      (a path as PROGRAM asks for that file; FONT:lang=PACKAGE for a font)
set -euo pipefail

is_there() {
    case $1 in
        FONT:*) command -v fc-list >/dev/null && [ -n "$(fc-list ":lang=${1#FONT:}" file)" ] ;;
        */*) [ -e "$1" ] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

missing=()
for pair in "$@"; do
    is_there "${pair%%=*}" || missing+=("${pair#*=}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

line="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing on this machine. As root, run:   $line" >&2
    echo "本机缺少上述软件包，请以 root 身份运行上面这一行，然后重试。" >&2
    exit 2
fi
echo "Installing: ${missing[*]}"
apt-get update -qq && DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
