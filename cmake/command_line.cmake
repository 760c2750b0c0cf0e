# For targets that read a command line with CLI11. It reads a dozen words: CLI11 takes four times as
# long to compile optimised, and once will do.
function(weft_reads_command_line target)
  target_link_libraries(${target} PRIVATE CLI11::CLI11)
  target_compile_options(${target} PRIVATE -O0)
  target_precompile_headers(${target} PRIVATE <CLI/CLI.hpp>)
endfunction()
