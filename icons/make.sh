#!/usr/bin/env bash
# Draws every PNG, ICO and ICNS here from icon.svg and tray/*.svg. Needs rsvg-convert, ImageMagick's convert and python3.
set -euo pipefail
cd "$(dirname "$0")"

draw() { rsvg-convert --width "$2" --height "$2" --output "$3" "$1"; }

draw icon.svg 32 32x32.png
draw icon.svg 128 128x128.png
draw icon.svg 256 128x128@2x.png
draw icon.svg 512 icon.png

frames=$(mktemp -d)
trap 'rm -rf "$frames"' EXIT
for size in 16 24 32 48 64 128 256; do draw icon.svg "$size" "$frames/$size.png"; done
convert "$frames"/{16,24,32,48,64,128,256}.png icon.ico

# An ICNS file is a list of PNGs, each behind a four-letter size name and its length.
python3 - 128x128.png 128x128@2x.png icon.png icon.icns <<'PY'
import struct, sys
*sources, target = sys.argv[1:]
body = b""
for name, source in zip([b"ic07", b"ic08", b"ic09"], sources):
    png = open(source, "rb").read()
    body += name + struct.pack(">I", len(png) + 8) + png
open(target, "wb").write(b"icns" + struct.pack(">I", len(body) + 8) + body)
PY

# Black with alpha: a template on macOS, tinted for the panel elsewhere. Twice the 22 px of a usual panel.
for state in idle working attention failed; do draw "tray/$state.svg" 44 "tray/$state.png"; done
