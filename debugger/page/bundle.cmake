# Bundles the page's script and style sheet, and writes their hashes.
#   cmake -DESBUILD=... -DNODE_MODULES=... -DWEB=... -DOUT=... -P bundle.cmake
set(ENV{NODE_PATH} ${NODE_MODULES})
function(bundle source)
  execute_process(
    COMMAND ${ESBUILD} ${WEB}/${source} --bundle --minify --charset=ascii --target=es2020,chrome100
            --legal-comments=none --log-level=warning --loader:.txt=text ${ARGN}
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "esbuild cannot bundle ${source}")
  endif()
endfunction()
bundle(main.js --format=iife --outfile=${OUT}/page.js)
bundle(page.css --outfile=${OUT}/page.css)

# What ends an element early, or opens a comment, must not be in it.
foreach(file page.js page.css)
  file(READ ${OUT}/${file} text)
  if(text MATCHES "</(script|style)|<!--")
    message(FATAL_ERROR "${file} cannot stand inside of an element: ${CMAKE_MATCH_0}")
  endif()
endforeach()

# The SHA-256 of a file as base64: 3 bytes are 4 letters.
set(letters ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
function(hash_base64 file result)
  file(SHA256 ${file} hex)
  set(text)
  foreach(at RANGE 0 60 6)
    string(SUBSTRING "${hex}00" ${at} 6 bytes)
    math(EXPR number "0x${bytes}")
    foreach(shift 18 12 6 0)
      math(EXPR letter "(${number} >> ${shift}) & 63")
      string(SUBSTRING ${letters} ${letter} 1 letter)
      string(APPEND text ${letter})
    endforeach()
  endforeach()
  string(REGEX REPLACE ".$" "=" text ${text})  # 32 bytes: the last group has one byte less
  set(${result} "sha256-${text}" PARENT_SCOPE)
endfunction()
foreach(file page.js page.css)
  hash_base64(${OUT}/${file} hash)
  file(WRITE ${OUT}/${file}.hash ${hash})
endforeach()
