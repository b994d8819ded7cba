#!/usr/bin/env bash
# Makes the files of others that desk and portal ship (VENDOR.toml of either) again. A step for developers with Node
# and npm; installing the product needs neither. Example: scripts/vendor.sh && git diff --stat
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
static=$root/src/jubao/workbench/static/workbench
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent @tabler/core@1.6.1 @tabler/icons@3.51.0 htmx.org@2.0.10 axe-core@4.14.1 weui@2.6.26 >/dev/null
npm install --silent --no-save purgecss@8.0.0
tar xzf tabler-core-1.6.1.tgz package/dist/css/tabler.min.css
tar xzf tabler-icons-3.51.0.tgz package/icons/outline
mkdir axe && tar xzf axe-core-4.14.1.tgz -C axe package/axe.min.js

NODE_PATH=$folder/node_modules node "$root/scripts/purge_css.cjs" package/dist/css/tabler.min.css "$static/tabler.css"
"$root/.venv/bin/python" "$root/scripts/make_icons.py" package/icons/outline "$static/icons.svg"
tar xzf htmx.org-2.0.10.tgz -C axe package/dist/htmx.min.js && cp axe/package/dist/htmx.min.js "$static/htmx.min.js"
cp axe/package/axe.min.js "$root/tests/web/vendor/axe.min.js"
# The server sends these as they are to browsers that take them; the same bytes on every machine.
cd "$static" && for name in tabler.css icons.svg htmx.min.js; do gzip -9 -n -k -f "$name"; done
sha256sum tabler.css icons.svg htmx.min.js "$root/tests/web/vendor/axe.min.js"
cd "$folder" && mkdir weui && tar xzf weui-2.6.26.tgz -C weui package/dist/style/weui.min.css
portal=$root/src/jubao/portal/static/portal
cp weui/package/dist/style/weui.min.css "$portal/weui.css" && gzip -9 -n -k -f "$portal/weui.css" && sha256sum "$portal/weui.css"
