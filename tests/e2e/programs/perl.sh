#!/bin/bash
# perl: hashes with its random order, files, sockets, a fork, signals and time.
. "$(dirname "$0")/program.bash"
needs perl
output_varies=1
check_command perl -MTime::HiRes=time,sleep -e '
  my %h = map { ($_ => rand) } 1 .. 5000;
  print join(" ", (keys %h)[0 .. 20]), " ", time, " $$\n";
  open my $out, ">", "lines" or die; print $out "$_ $h{$_}\n" for keys %h; close $out;
  open my $in, "<", "lines" or die; my $n = () = <$in>; print "$n lines\n";
  local $SIG{ALRM} = sub { print "alarm\n" }; Time::HiRes::ualarm(2000); sleep 0.05;
  my $pid = fork // die; if (!$pid) { exit 3 } waitpid $pid, 0; print $? >> 8, "\n";
  print sort { $a cmp $b } map { sprintf "%03x ", $_ * 7919 % 4096 } 1 .. 1000;'
check_command perl -MIO::Socket::INET -e '
  my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1") or die;
  my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport) or die;
  my $peer = $server->accept; print $client "hello $_\n" for 1 .. 100; close $client;
  print $server->sockport, ": $_" while <$peer>;'
