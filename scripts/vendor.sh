#!/usr/bin/env bash
# Makes the files of others that the desk ships (src/jubao/workbench/VENDOR.toml) again. A step for developers with Node
# and npm; installing the product needs neither. Example: scripts/vendor.sh && git diff --stat
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
static=$root/src/jubao/workbench/static/workbench
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent @tabler/core@1.6.1 @tabler/icons@3.51.0 axe-core@4.14.1 >/dev/null
npm install --silent --no-save purgecss@8.0.0
tar xzf tabler-core-1.6.1.tgz package/dist/css/tabler.min.css
tar xzf tabler-icons-3.51.0.tgz package/icons/outline
mkdir axe && tar xzf axe-core-4.14.1.tgz -C axe package/axe.min.js

NODE_PATH=$folder/node_modules node "$root/scripts/purge_css.cjs" package/dist/css/tabler.min.css "$static/tabler.css"
"$root/.venv/bin/python" "$root/scripts/make_icons.py" package/icons/outline "$static/icons.svg"
"$root/.venv/bin/python" -c 'import django_htmx, pathlib; print((pathlib.Path(django_htmx.__file__).parent
  / "static/django_htmx/htmx-2.min.js").read_text(encoding="utf-8"), end="")' > "$static/htmx.min.js"
cp axe/package/axe.min.js "$root/tests/web/vendor/axe.min.js"
cd "$static" && sha256sum tabler.css icons.svg htmx.min.js "$root/tests/web/vendor/axe.min.js"
