#!/bin/bash
# ImageMagick: an image made of noise, turned, blurred, and written.
. "$(dirname "$0")/program.bash"
needs convert identify
check_command convert -size 200x200 plasma:red-blue -rotate 30 -blur 0x3 -resize 50% out.png
check_command identify out.png
