// The bundle of debugger/page/web, as it goes into each page, and the hashes of its parts.
.macro resource name, file
    .globl weft_page_\name\()_begin, weft_page_\name\()_end
weft_page_\name\()_begin:
    .incbin "\file"
weft_page_\name\()_end:
.endm

    .section .rodata
    resource script, page.js
    resource style, page.css
    resource script_hash, page.js.hash
    resource style_hash, page.css.hash
    .section .note.GNU-stack, "", @progbits
