#!/bin/bash
# ImageMagick: an image made of noise, turned, blurred, and written.
. "$(dirname "$0")/program.bash"
needs convert identify
check_command convert -size 200x200 plasma:red-blue -rotate 30 -blur 0x3 -resize 50% out.png
# Without the processor time that it has taken.
check_command identify -format '%m %wx%h %z-bit %[colorspace] %#\n' out.png
