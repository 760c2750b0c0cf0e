# weft_trace(TARGET...): builds the targets with weft's tracing flag.
#
#   find_package(weft REQUIRED)        # an installed weft, or its build tree
#   add_executable(server server.cc)
#   weft_trace(server)
#
# That is a forced include of macros, and a folder with a <coroutine> of weft's, for the C++ sources of
# the target; nothing in them changes. Give it every target of a program that has coroutines or Asio
# code, static libraries too: the flag changes the layout of coroutine frames and of Asio's operations,
# as _GLIBCXX_DEBUG does that of containers.
#
# WEFT_INCLUDE_DIR: where weft/instrument/trace.h lies. The file that includes this one sets it.
function(weft_trace)
  foreach(target IN LISTS ARGN)
    get_target_property(type ${target} TYPE)
    set(scope PRIVATE)
    if(type STREQUAL INTERFACE_LIBRARY)
      set(scope INTERFACE)
    endif()
    target_include_directories(${target} SYSTEM ${scope}
                               $<$<COMPILE_LANGUAGE:CXX>:${WEFT_INCLUDE_DIR}>)
    target_include_directories(
      ${target} BEFORE ${scope}
      $<$<COMPILE_LANGUAGE:CXX>:${WEFT_INCLUDE_DIR}/weft/instrument/standard>)
    # A compiler takes a precompiled header only if it is the first that it is made to include.
    set(precompiled
        $<BOOL:$<TARGET_PROPERTY:PRECOMPILE_HEADERS>$<TARGET_PROPERTY:PRECOMPILE_HEADERS_REUSE_FROM>>)
    set(trace \"${WEFT_INCLUDE_DIR}/weft/instrument/trace.h\")
    target_compile_options(
      ${target} ${scope}
      "$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<NOT:${precompiled}>>:SHELL:-include ${trace}>")
    foreach(library IN ITEMS ASIO BOOST_ASIO)
      string(TOLOWER ${library} header)
      set(tracking ${library}_CUSTOM_HANDLER_TRACKING="weft/instrument/${header}_tracking.h")
      target_compile_definitions(
        ${target} ${scope} "$<$<AND:$<COMPILE_LANGUAGE:CXX>,${precompiled}>:${tracking}>")
    endforeach()
  endforeach()
endfunction()
