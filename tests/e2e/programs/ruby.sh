#!/bin/bash
# ruby, which uses all of its first stack: threads, ractors and children, with a stack of 1 GiB.
. "$(dirname "$0")/program.bash"
needs ruby
output_varies=1
children_write=1
ulimit -S -s 1048576 2>/dev/null || true
check_command ruby -e 'require "digest/md5"  # here: loading it in several threads at once fails now and then
  threads = 4.times.map { |i| Thread.new { (1..200).map { |n| Digest::MD5.hexdigest("#{i} #{n}") }.last } }
  puts threads.map(&:value), Time.now.to_f, rand
  pid = fork { exit 3 }
  Process.wait pid
  puts $?.exitstatus, `uname`.size
  GC.start
  puts [*1..9999].shuffle.first'
check_command ruby -W0 -e 'sums = 3.times.map { |i| Ractor.new(i) { |x| (1..2000).sum * x } }
  puts sums.map(&:take).inspect, Process.pid'
