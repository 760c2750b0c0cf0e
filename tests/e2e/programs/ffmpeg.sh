#!/bin/bash
# ffmpeg: a test signal, in several threads, through a codec into a file, and back.
. "$(dirname "$0")/program.bash"
needs ffmpeg
seconds=$((long ? 10 : 1))
output_varies=1
signal=(-f lavfi -i "testsrc=duration=$seconds:size=160x120:rate=25" -f lavfi -i "sine=duration=$seconds")
check_command ffmpeg -hide_banner -loglevel error "${signal[@]}" -c:v mpeg4 -c:a aac -threads 2 -y out.mp4
check_command ffmpeg -hide_banner -loglevel error -i out.mp4 -f null -
