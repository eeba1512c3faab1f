#!/bin/sh
# What the tests need from Debian: a browser, Chinese fonts, and a tool that reads PDFs. Installs what is missing, when
# it may; otherwise says what to install. Arguments: how to become root ("" or "sudo -n"), the browser's path.
missing=""
[ -x "$2" ] || missing="$missing chromium"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || missing="$missing fonts-noto-cjk"
ls /usr/share/fonts/truetype/wqy/wqy-zenhei* >/dev/null 2>&1 || missing="$missing fonts-wqy-zenhei"
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || [ -n "$1" ]; }; then
  echo "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  $1 apt-get -qq update && $1 apt-get -qq install -y --no-install-recommends $missing >/dev/null && exit 0
fi
echo "cannot install$missing here; please install them: tests that need them will fail or be skipped" >&2
