#!/usr/bin/env bash
# Create the virtual environment named by $1 with a Python of 3.11 or newer, installing what is missing as root.
# Ends with 2, naming the apt line, when something is missing that an ordinary user cannot install.
set -euo pipefail
venv=$1

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
}

install() { # packages...
    local line="apt-get install -y --no-install-recommends $*"
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Missing on this machine. As root, run:   $line" >&2
        echo "本机缺少上述软件包，请以 root 身份运行上面这一行，然后重试。" >&2
        exit 2
    fi
    echo "Installing: $*"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
}

python=$(find_python)
if [ -z "$python" ]; then
    install python3 python3-venv
    python=$(find_python)
    if [ -z "$python" ]; then
        echo "Jubao needs Python 3.11 or newer; this system's packages have an older one. Set PYTHON=/path/to/python3." >&2
        exit 2
    fi
fi

if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "$python has no venv module even now. Set PYTHON=/path/to/another/python3." >&2
        exit 2
    fi
fi

[ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$venv"
