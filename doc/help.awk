# SPDX-License-Identifier: GPL-2.0-or-later
# Makes of doc/help what is built of it (see there):
#     awk -v form=c -f doc/help.awk doc/help      the pages as C
#     awk -v form=man -v version=V -v date=D -f doc/help.awk doc/help

function c_string(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

# For roff: no escape, no request at the beginning of a line, and hyphens that
# can be searched for and copied.
function roff(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/)
        text = "\\&" text
    return text
}

# What is typed, and names of files, are the same in every language.
function c_term(term) {
    if (term == "")
        return "NULL"
    if (id == "moving" || id == "commands" || id == "files")
        return c_string(term)
    return "N_ (" c_string(term) ")"
}

function part(term, text) {
    if (form == "c") {
        if (!is_man)
            printf "    {%s, N_ (%s)},\n", \
                c_term(term), c_string(text)
    } else if (term != "") {
        printf ".TP\n.B %s\n%s\n", roff(term), roff(text)
    } else {
        printf "%s%s\n", is_first ? "" : ".PP\n", roff(text)
    }
    is_first = 0
}

function end_paragraph() {
    if (paragraph != "")
        part(term, paragraph)
    else if (term != "")
        fail("a term without a meaning: " term)
    paragraph = term = ""
}

function end_page() {
    end_paragraph()
    if (form == "c" && id != "" && !is_man)
        print "};\n"
}

function fail(why) {
    print FILENAME ":" FNR ": " why >"/dev/stderr"
    failed = 1
    exit 1
}

BEGIN {
    if (form == "c")
        print "/* Made of doc/help by doc/help.awk: do not edit. */"
    else
        printf ".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n" \
            ".\\\" Made of doc/help by doc/help.awk: do not edit.\n" \
            ".TH PIDGIN-XTLS 7 \"%s\" \"pidgin-xtls %s\" " \
            "\"Private conversations\"\n", date, version
}

/^#/ { next }

/^\[/ {
    end_page()
    if (!match($0, /^\[[a-z-]+( man)?\] ./))
        fail("not the beginning of a page: " $0)
    id = $1
    gsub(/[][]/, "", id)
    is_man = $0 ~ /^\[[a-z-]+ man\]/
    title = $0
    sub(/^\[[^]]*\] /, "", title)
    is_first = 1
    if (form == "man") {
        print ".SH " roff(toupper(title))
    } else if (!is_man) {
        printf "static const XtlsHelpPart page_%s[] = {\n", id
        ids[++n] = id
        titles[n] = title
    }
    next
}

/^\* / {
    end_paragraph()
    term = substr($0, 3)
    next
}

/^$/ {
    end_paragraph()
    next
}

id == "" { fail("text before the first page") }

{ paragraph = paragraph (paragraph == "" ? "" : " ") $0 }

END {
    if (failed)
        exit 1
    end_page()
    if (form != "c")
        exit 0
    print "static const XtlsHelpPage pages[] = {"
    for (i = 1; i <= n; i++)
        printf "    {\"%s\", N_ (%s), page_%s, G_N_ELEMENTS (page_%s)},\n", \
            ids[i], c_string(titles[i]), ids[i], ids[i]
    print "};"
}
