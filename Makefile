# SPDX-License-Identifier: GPL-2.0-or-later
# pidgin-xtls: private conversations for Pidgin and every libpurple client.
# `make help` lists the targets.

# The newest heading of NEWS is the only place that names the version.
VERSION := $(shell sed -n 's/^Version \([0-9.]*\),.*/\1/p' NEWS | head -n 1)
VERSION_DATE := $(shell sed -n 's/^Version .*, //p' NEWS | head -n 1)

CC ?= cc
CFLAGS ?= -O2 -g
DESTDIR ?=
BUILD ?= build
PKG_CONFIG ?= pkg-config
# libpurple's own prefix: it looks for plugins nowhere else.
ifndef PREFIX
PREFIX := $(shell $(PKG_CONFIG) --variable=prefix purple 2>/dev/null)
endif
PYTHON ?= /usr/bin/python3
CLANG ?= clang
FUZZ_SECONDS ?= 60
SOAK_SECONDS ?= 600
# How many tests run side by side: most of them wait most of the time.
JOBS ?= $(shell expr 4 '*' $$(nproc))

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2);)

# Packages of Debian 12. `deps` installs those that are missing.
DEPS_BUILD = gcc make pkg-config gettext libpurple-dev pidgin-dev \
	libgnutls28-dev libotr5-dev libglib2.0-dev libqrencode-dev
DEPS_TEST = libpurple-bin prosody python3 python3-pytest python3-pytest-xdist \
	python3-slixmpp python3-openssl \
	finch python3-pyte pidgin xvfb openbox xdotool imagemagick dbus x11-utils \
	at-spi2-core libatk-adaptor libgail-common python3-pyatspi \
	openssl libsqlite3-0 zbar-tools git spin
DEPS_CHECK = clang clang-format clang-tidy libclang-rt-dev libunwind-dev

PIXMAP_DIR = $(PREFIX)/share/pixmaps/pidgin/xtls
LOCALE_DIR = $(PREFIX)/share/locale
MAN_DIR = $(PREFIX)/share/man/man7
METAINFO_DIR = $(PREFIX)/share/metainfo
MO_NAME = LC_MESSAGES/pidgin-xtls.mo

# --- flags -----------------------------------------------------------------
# Every folder is compiled with include paths for only what it may use, so that
# a wrong include fails the build.

WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wwrite-strings \
	-Wformat=2 -Wundef -Wvla -Wredundant-decls -Wnested-externs \
	-Wno-unused-parameter $(WERROR)
SAN_FLAGS = $(if $(SAN),-fsanitize=address -fsanitize=undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer)

# The compiler's protection against memory errors, unless CFLAGS or CPPFLAGS
# set these options themselves. HARDENING= builds without it.
MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
HARDENING ?= -fstack-protector-strong \
	$(if $(filter x86_64-% aarch64-% s390x-% powerpc64%,$(MACHINE)),\
		-fstack-clash-protection) \
	$(if $(filter x86_64-%,$(MACHINE)),-fcf-protection) \
	$(if $(filter aarch64-%,$(MACHINE)),-mbranch-protection=standard) \
	$(if $(SAN)$(filter -O0,$(CFLAGS))$(findstring FORTIFY,$(CFLAGS) \
		$(CPPFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
HARDENING_LD ?= -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
# The result does not depend on the build folder. The last matching option
# counts.
PLACELESS = -ffile-prefix-map=$(CURDIR)=. \
	-ffile-prefix-map=$(abspath $(BUILD))=build
LINK = $(CC) $(SAN_FLAGS) $(CFLAGS) $(HARDENING_LD) $(LDFLAGS)
BASE = -std=gnu11 -fPIC -fvisibility=hidden -MMD -MP $(WARN) $(SAN_FLAGS) \
	$(HARDENING) $(PLACELESS) \
	-DGLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_66 \
	-DGLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_66 \
	-DXTLS_VERSION='"$(VERSION)"' -DGETTEXT_PACKAGE='"pidgin-xtls"' \
	-DXTLS_LOCALE_DIR='"$(LOCALE_DIR)"'

# Sets a variable to pkg-config's output when it is first used, and only once:
# `make deps` may have to install pkg-config before that.
once = $(eval $(1) := $(2))$(2)
# libpurple's headers are not clean under our warnings: -isystem.
sys = $(call once,$(1),$(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(2))))
libs = $(call once,$(1),$(shell $(PKG_CONFIG) --libs $(2)))

GLIB = $(call sys,GLIB,glib-2.0 gmodule-2.0 gthread-2.0)
TLS = $(call sys,TLS,gnutls)
OTR = $(call sys,OTR,libotr)
PURPLE = $(call sys,PURPLE,purple)
PIDGIN = $(call sys,PIDGIN,pidgin gtk+-2.0 libqrencode)
# Only xmlnode.h of libpurple.
XMLNODE = -isystem $(BUILD)/include

FLAGS_wire = $(GLIB) $(TLS) $(XMLNODE)
FLAGS_trust = $(GLIB) $(TLS) $(OTR)
FLAGS_session = -iquote plugin/wire -iquote plugin/trust $(GLIB) $(TLS) \
	$(XMLNODE)
# plugin/purple/ from the ground up; plugin.c and what connects signals lie on
# top. tests/check-layers has the same list. A layer sees those below it.
# -iquote, not -I: <core.h> and <signals.h> are libpurple's.
PURPLE_LAYERS = purple/xmpp purple/core purple/online purple/contact \
	purple/router purple/ui purple
BELOW := wire trust session
define layer
FLAGS_$(1) = -iquote plugin $(BELOW:%=-iquote plugin/%) \
	$$(GLIB) $$(TLS) $$(PURPLE)
BELOW += $(1)
endef
$(foreach f,$(PURPLE_LAYERS),$(eval $(call layer,$(f))))
# The help as C code, made from doc/help.
MANUAL = $(BUILD)/manual/manual-pages.h
FLAGS_purple/core += -I$(BUILD)/manual
FLAGS_pidgin = -iquote plugin $(GLIB) $(PURPLE) $(PIDGIN) \
	-DXTLS_PIXMAP_DIR='"$(PIXMAP_DIR)"'

LIBS_core = $(call libs,LIBS_core,glib-2.0 gmodule-2.0 gnutls libotr)
LIBS_purple = $(call libs,LIBS_purple,purple)
LIBS_pidgin = $(call libs,LIBS_pidgin,pidgin gtk+-2.0 libqrencode purple)
LIBS_glib = $(call libs,LIBS_glib,glib-2.0)

# --- sources ---------------------------------------------------------------

FOLDERS = wire trust session $(PURPLE_LAYERS) pidgin
src = $(sort $(wildcard plugin/$(1)/*.c))
obj = $(patsubst plugin/%.c,$(BUILD)/plugin/%.o,$(call src,$(1)))

ENGINE = $(BUILD)/libxtls.a
CORE = $(BUILD)/xtls.so
FACE = $(if $(wildcard plugin/pidgin/*.c),$(BUILD)/pidgin-xtls.so)

UNIT = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test-*.c))
UNIT_SUPPORT = $(filter-out tests/unit/test-%.c,$(wildcard tests/unit/*.c))
HEADLESS = $(if $(wildcard tests/integration/headless/*.c),$(BUILD)/tests/headless) \
	$(CHAINS) $(FAULTS)
FAULTS = $(BUILD)/tests/faults.so
CHAINS = $(BUILD)/tests/chain-a.so $(BUILD)/tests/chain-b.so
DRAWN = $(BUILD)/tests/markup.so $(BUILD)/tests/labels.so
METAINFO = $(BUILD)/pidgin-xtls.metainfo.xml
MAN = $(BUILD)/pidgin-xtls.7
MO = $(patsubst po/%.po,$(BUILD)/po/%.mo,$(wildcard po/*.po))
# A fuzz target is one file; `make check` links it with replay.c, which feeds it
# its corpus, `make fuzz` with libFuzzer. `make fuzz FUZZ=NAME` for one of them.
# Some targets link a fast stand-in instead of a part of the program that is not
# their subject. `make check` feeds the corpus of NAME to NAME-real as well,
# which is the same file without a stand-in.
FUZZ = $(filter-out %-real,$(patsubst tests/fuzz/fuzz-%.c,%,$(sort $(wildcard \
	tests/fuzz/fuzz-*.c))))
FUZZ_SUPPORT = tests/fuzz/fuzz.c $(UNIT_SUPPORT)
REPLAY = $(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(wildcard \
	tests/fuzz/fuzz-*.c))
FUZZER = $(FUZZ:%=$(BUILD)/fuzz-%)
BENCH = $(if $(wildcard tests/bench/*.c),$(BUILD)/tests/bench)

.PHONY: all help deps deps-build deps-test check check-unit check-integration check-gui check-jitter check-asan \
	check-format check-clang format analyze bench bench-files bench-net demo fuzz soak \
	screenshots check-gui-valgrind \
	install uninstall install-home clean dist deb check-deb check-release \
	check-cross check-mingw pot

all: $(CORE) $(FACE) $(MO) $(METAINFO) $(MAN)

help:
	@echo 'make                build the plugins into $(BUILD)/'
	@echo 'make demo           show a private conversation, set-up included'
	@echo 'make check          run all tests, set-up included'
	@echo 'make check-quick    the unit tests, and one of each other kind'
	@echo 'make check-asan     the same but for tests/gui, with sanitizers'
	@echo 'make check-unit     a part of it; also check-integration, check-gui'
	@echo 'make check-jitter   tests/integration and tests/gui, with random pauses'
	@echo 'make check-clang    does clang build it without a warning?'
	@echo 'make check-gui-valgrind  both plugins in Pidgin, under valgrind'
	@echo 'make check-pq PQ_PREFIX=DIR  with a GnuTLS in DIR that has ML-KEM'
	@echo 'make check-layers   does every file include only what lies below it?'
	@echo 'make check-format   is the source formatted?   make format: do it'
	@echo 'make analyze        clang-tidy, and the documentation in the headers'
	@echo 'make bench          measure the engine'
	@echo 'make bench-files    measure a file inside, against one without us'
	@echo 'make bench-net      the first message, files and bursts over a network'
	@echo 'make fuzz           fuzz every parser, FUZZ_SECONDS each'
	@echo 'make soak           long runs, SOAK_SECONDS for every attack of a peer'
	@echo '                    soak-cuts, soak-peer: one of them; soak-asan: all'
	@echo 'make install        PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)   and uninstall'
	@echo 'make install-home   into ~/.purple/plugins'
	@echo 'make screenshots    draw the pictures in doc/ again'
	@echo 'make deps-build     install what building needs (apt)'
	@echo 'make deps-test      and what testing needs;  make deps: everything'
	@echo 'make check-mingw    could the core be built for Windows?'
	@echo 'make pot            take new texts into po/'
	@echo 'make dist           $(BUILD)/$(NAMED).tar.gz'
	@echo 'make deb            packages of Debian, into $(BUILD)/deb'
	@echo 'make check-deb      installs, upgrades, tests, removes them, as root'
	@echo 'make check-release  demo and check on a minimal SUITE=$(SUITE), as root'
	@echo 'make check-cross    the unit tests on ARCHITECTURES="$(ARCHITECTURES)", as root'

deps:
	$(Q)tests/deps --upgrade $(DEPS_BUILD) $(DEPS_TEST) $(DEPS_CHECK)

deps-build:
	$(Q)tests/deps $(DEPS_BUILD)

deps-test:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST)

# --- build -----------------------------------------------------------------

NEEDED = glib-2.0 gmodule-2.0 gthread-2.0 gnutls libotr purple pidgin gtk+-2.0 \
	libqrencode

# Prints one sentence instead of a compiler's errors.
.PHONY: packages-here
packages-here:
	@for program in $(firstword $(CC)) $(PKG_CONFIG) msgfmt; do \
		command -v $$program >/dev/null || lacks="$$lacks $$program"; \
	done; \
	for package in $(NEEDED); do \
		$(PKG_CONFIG) --exists $$package 2>/dev/null || \
			lacks="$$lacks $$package"; \
	done; \
	[ -z "$$lacks" ] || { echo "Building needs what is missing here:$$lacks." \
		"On Debian and Ubuntu, 'make deps-build' installs it;" \
		"README names the packages of other systems." >&2; exit 1; }

$(BUILD)/include/xmlnode.h: | packages-here
	@mkdir -p $(@D)
	$(Q)cp "$$($(PKG_CONFIG) --variable=includedir purple)/libpurple/xmlnode.h" $@

define folder
$(BUILD)/plugin/$(1)/%.o: plugin/$(1)/%.c $(BUILD)/include/xmlnode.h
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)$$(CC) $$(BASE) $$(FLAGS_$(1)) $$(CPPFLAGS) $$(CFLAGS) \
		-c -o $$@ $$<
endef
$(foreach f,$(FOLDERS),$(eval $(call folder,$(f))))

$(MANUAL): doc/help doc/help.awk
	@mkdir -p $(@D)
	$(call say,HELP,$@)awk -v form=c -f doc/help.awk doc/help >$@.new && \
		mv $@.new $@

$(BUILD)/plugin/purple/core/manual.o: $(MANUAL)

$(MAN): doc/help doc/help.awk NEWS
	@mkdir -p $(@D)
	$(call say,MAN,$@)awk -v form=man -v version=$(VERSION) \
		-v date=$(VERSION_DATE) -f doc/help.awk doc/help >$@.new && \
		mv $@.new $@

# These know the version, and where pictures and catalogues are installed:
# `make install` with another PREFIX than before builds them again.
$(BUILD)/plugin/purple/plugin.o $(BUILD)/plugin/pidgin/plugin.o \
	$(BUILD)/plugin/pidgin/icon.o: $(BUILD)/identity

.PHONY: look-again
$(BUILD)/identity: look-again | packages-here
	@mkdir -p $(@D)
	@echo '$(VERSION) $(PREFIX)' | cmp -s - $@ || \
		echo '$(VERSION) $(PREFIX)' >$@

$(ENGINE): $(call obj,wire) $(call obj,trust) $(call obj,session)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

CORE_OBJECTS = $(foreach f,$(PURPLE_LAYERS),$(call obj,$(f)))
$(CORE): $(CORE_OBJECTS) $(ENGINE)
	$(call say,LD,$@)$(LINK) -shared -o $@ \
		$(CORE_OBJECTS) $(ENGINE) $(LIBS_core) $(LIBS_purple)

$(BUILD)/pidgin-xtls.so: $(call obj,pidgin)
	$(call say,LD,$@)$(LINK) -shared -o $@ \
		$^ $(LIBS_pidgin)

$(BUILD)/po/%.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MO,$@)msgfmt --check -o $@ $<

$(METAINFO): packaging/pidgin-xtls.metainfo.xml.in NEWS
	@mkdir -p $(@D)
	$(Q)sed 's/@VERSION@/$(VERSION)/; s/@DATE@/$(VERSION_DATE)/' $< >$@

TRANSLATED = plugin/api.h $(wildcard plugin/*/*.c plugin/*/*/*.c) $(MANUAL)

$(BUILD)/po/pidgin-xtls.pot: $(TRANSLATED)
	@mkdir -p $(@D)
	$(call say,POT,$@)xgettext --language=C --from-code=UTF-8 --keyword=_ \
		--keyword=N_ --keyword=C_:1c,2 --keyword=g_dngettext:2,3 \
		--package-name=pidgin-xtls --add-comments=Translators \
		--sort-by-file --add-location=file -o $@ $(TRANSLATED)

# Adds new sentences to the catalogues. `msginit` makes a new catalogue from
# the template: msginit -i $(BUILD)/po/pidgin-xtls.pot -o po/LANGUAGE.po
pot: $(BUILD)/po/pidgin-xtls.pot
	$(Q)for catalogue in po/*.po; do \
		msgmerge --quiet --update --backup=none $$catalogue $< || exit 1; \
	done

# --- tests -----------------------------------------------------------------

TEST_FLAGS = -Itests/unit -iquote plugin \
	$(patsubst %,-iquote plugin/%,wire trust session $(PURPLE_LAYERS)) \
	$(GLIB) $(TLS) $(OTR) $(XMLNODE) $(PURPLE)

$(BUILD)/tests/unit/%.o: tests/unit/%.c $(BUILD)/include/xmlnode.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BASE) $(TEST_FLAGS) $(CPPFLAGS) $(CFLAGS) \
		-c -o $@ $<

# Tests of the core plugin's layers without a running libpurple. A test itself
# defines the functions that it replaces by fakes.
LAYERS = $(BUILD)/libxtls-purple.a

$(LAYERS): $(filter-out %/plugin.o,$(CORE_OBJECTS))
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

SUPPORT = $(BUILD)/tests/libsupport.a

$(SUPPORT): $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%.o,$(UNIT_SUPPORT))
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

$(UNIT): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(SUPPORT) $(LAYERS) $(ENGINE)
	$(call say,LD,$@)$(CC) $(SAN_FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ \
		$^ $(LIBS_core) $(LIBS_purple)

$(BUILD)/tests/fuzz/%.o: tests/fuzz/%.c $(BUILD)/include/xmlnode.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(BASE) -Itests/fuzz $(TEST_FLAGS) $(CPPFLAGS) \
		$(CFLAGS) -c -o $@ $<

FUZZ_OBJECTS = $(FUZZ_SUPPORT:%.c=$(BUILD)/%.o)

$(REPLAY): $(BUILD)/tests/%: $(BUILD)/tests/fuzz/%.o \
		$(BUILD)/tests/fuzz/replay.o $(FUZZ_OBJECTS) $(ENGINE)
	$(call say,LD,$@)$(CC) $(SAN_FLAGS) $(CFLAGS) $(LDFLAGS) $(WRAP) -o $@ \
		$(filter %.o,$^) $(ENGINE) $(LIBS_core) $(LIBS_purple)

ARENA_FAULTS = $(BUILD)/arena-faults

$(FUZZER) $(ARENA_FAULTS): $(BUILD)/%: $(BUILD)/tests/fuzz/%.o $(FUZZ_OBJECTS) \
		$(ENGINE)
	$(call say,LD,$@)$(CC) -fsanitize=fuzzer $(SAN_FLAGS) $(CFLAGS) \
		$(LDFLAGS) $(WRAP) $(WRAP_RUN) -o $@ $(filter %.o,$^) $(ENGINE) \
		$(LIBS_core) $(LIBS_purple)

stands_in = $(2:%=$(BUILD)/tests/fuzz-%) $(2:%=$(BUILD)/fuzz-%): \
	$(BUILD)/tests/fuzz/$(1).o
$(call stands_in,null-tls,endpoint)
$(call stands_in,direct-writer,contact-prefs peers)
$(call stands_in,few-rounds,backup)
$(BUILD)/tests/fuzz-endpoint $(BUILD)/fuzz-endpoint: \
	WRAP = -Wl,--wrap=xtls_certificate_check

# AddressSanitizer's allocator, and what libFuzzer does at each comparison of
# strings, would take half of the time of these. libFuzzer need not see what
# stands in for them.
QUICKER = $(BUILD)/tests/fuzz/arena.o $(BUILD)/tests/fuzz/few-compares.o
QUICK_TARGETS = $(ARENA_FAULTS) $(patsubst %,$(BUILD)/fuzz-%,endpoint ibb reader \
	stream)

$(QUICK_TARGETS): $(QUICKER)
$(QUICK_TARGETS): WRAP_RUN = $(patsubst %,-Xlinker --wrap=%,fuzz_prepare \
	LLVMFuzzerTestOneInput)
$(QUICKER): override CFLAGS := $(filter-out %fuzzer-no-link %trace-cmp,$(CFLAGS))

# What tests start their programs with.
FOLLOW = $(BUILD)/tests/follow

$(FOLLOW): tests/integration/follow/follow.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) -Wall -Wextra $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -static \
		-o $@ $<

$(UNIT) $(REPLAY) $(BUILD)/tests/headless: | $(FOLLOW)

UNWIND = $(if $(SAN),tests/integration/unwind/unwind.c)

$(BUILD)/tests/headless: $(wildcard tests/integration/headless/*.c) $(UNWIND) \
		$(wildcard tests/integration/headless/*.h) plugin/api.h \
		plugin/trust/key-trust.h
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(filter-out -M%,$(BASE)) -UGETTEXT_PACKAGE \
		-Iplugin $(GLIB) $(PURPLE) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ \
		$(filter %.c,$^) $(LIBS_purple) $(if $(SAN),-lunwind) \
		$(LIBS_glib)

$(BUILD)/tests/bench: $(wildcard tests/bench/*.c) $(ENGINE)
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(BASE) $(TEST_FLAGS) $(CPPFLAGS) $(CFLAGS) \
		$(LDFLAGS) -o $@ $(filter %.c,$^) $(ENGINE) $(LIBS_core) $(LIBS_purple)

# intercept_tls_get_addr=0: AddressSanitizer would guess where the thread-local
# storage of a loaded library is from the bytes before it, and a wrong guess
# crashes the search for leaks.
# PYTHONDONTWRITEBYTECODE may be set outside, and then each Python would compile
# everything that it imports.
PYTHON_CACHE = $(abspath $(BUILD))/python
TEST_ENV = G_DEBUG=fatal-criticals XTLS_BUILD=$(abspath $(BUILD)) \
	PYTHONPYCACHEPREFIX=$(PYTHON_CACHE) PYTHONDONTWRITEBYTECODE= \
	$(if $(SAN),XTLS_SAN=1 \
	ASAN_OPTIONS=detect_leaks=1:abort_on_error=1:intercept_tls_get_addr=0 \
	LSAN_OPTIONS=suppressions=$(abspath tests/lsan.supp):print_suppressions=0 \
	UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1)
PYTEST = $(TEST_ENV) $(PYTHON) -m pytest -n $(JOBS)

# Compiles the tests, which all workers of pytest would do at the same time.
$(PYTHON_CACHE):
	$(Q)$(TEST_ENV) $(PYTHON) -m pytest --collect-only -q tests/gui \
		tests/integration $(wildcard tests/unit/test_*.py) >/dev/null

# The second make of a target builds on all processors, unless -j says else.
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# `make check` installs what is missing, and then builds and runs in a second
# make, which finds the new packages.
check:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST)
	$(Q)tests/unpack $(BUILD)/others
	$(Q)$(MAKE) --no-print-directory $(PARALLEL) check-built

.PHONY: check-built
check-built: all $(UNIT) $(REPLAY) $(HEADLESS) $(DRAWN) | $(PYTHON_CACHE)
	$(Q)tests/check-attributes
	$(Q)$(PYTEST) tests

# What differs most from one release of Debian to the next: the compiler, GnuTLS,
# Prosody, slixmpp, GTK and AT-SPI.
QUICK = tests/unit tests/fuzz tests/integration/test_messages.py \
	tests/integration/test_independent_peer.py \
	tests/integration/test_independent_peer_ends.py \
	tests/gui/test_face.py::test_all_states_in_order
.PHONY: check-quick check-quick-built
check-quick:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST)
	$(Q)$(MAKE) --no-print-directory $(PARALLEL) check-quick-built

check-quick-built: all $(UNIT) $(REPLAY) $(HEADLESS) $(DRAWN)
	$(Q)$(PYTEST) $(QUICK)

check-unit: $(UNIT) $(REPLAY)
	$(Q)$(PYTEST) tests/unit tests/fuzz

check-integration: all $(HEADLESS)
	$(Q)$(PYTEST) tests/integration

# A plugin that replaces functions of the XMPP protocol, built twice.
$(CHAINS): $(BUILD)/tests/%.so: tests/integration/chain/chain.c plugin/api.h
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(filter-out -M%,$(BASE)) -DNAME='"$*"' -Iplugin \
		$(GLIB) $(PURPLE) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -shared -o $@ $<

# A library that makes the clock and the disk fail.
$(FAULTS): tests/integration/faults/faults.c
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) -fPIC -Wall -Wextra $(CFLAGS) $(LDFLAGS) -shared -o $@ $<

# Libraries that log the markup that Pidgin draws, and the sizes of its widgets.
$(DRAWN): $(BUILD)/tests/%.so: tests/gui/%.c
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(filter-out -M%,$(BASE)) $(PIDGIN) $(CPPFLAGS) \
		$(CFLAGS) $(LDFLAGS) -shared -o $@ $<

# The same with random pauses, to find tests that depend on which of two
# processes is quicker.
check-jitter: all $(HEADLESS) $(DRAWN)
	$(Q)XTLS_JITTER=$${XTLS_JITTER:-$$(date +%s)} $(PYTEST) \
		tests/integration tests/gui

check-gui: all $(HEADLESS) $(DRAWN)
	$(Q)$(PYTEST) tests/gui

# Not part of `make check`: it takes minutes.
check-gui-valgrind:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST) valgrind
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/tests/headless
	$(Q)$(PYTEST) -n 0 tests/gui/valgrind.py

check-asan:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST) $(DEPS_CHECK)
	$(Q)$(MAKE) --no-print-directory $(PARALLEL) BUILD=build/asan SAN=1 \
		CFLAGS='-O1 -g' check-sanitized

# Tests of scripts, of the model, of the installation and of the test runner.
# With sanitizers they would only repeat their results.
UNSANITIZED = tests/unit/test_attributes.py tests/unit/test_docs.py \
	tests/unit/test_layers.py \
	tests/unit/test_model.py \
	tests/integration/test_install.py tests/integration/test_runner.py

.PHONY: check-sanitized
check-sanitized: all $(UNIT) $(REPLAY) $(HEADLESS) | $(PYTHON_CACHE)
	@echo 'Left to make check, for they run no code of ours:' \
		$$(cat $(UNSANITIZED) | grep -c '^def test_') tests in $(UNSANITIZED)
	$(Q)$(PYTEST) tests/unit tests/fuzz tests/integration \
		$(UNSANITIZED:%=--ignore=%)

# These three checks are made at every access to memory and would take a tenth of
# the time. AddressSanitizer notices null pointers too, and `make check-asan`
# feeds the corpora to targets that have the three checks. Comparisons of numbers
# are not told to libFuzzer: in text it finds as much without them, and sooner.
FUZZ_FLAGS = -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp \
	-fno-sanitize=alignment,null,pointer-overflow

fuzz:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_CHECK)
	$(Q)$(MAKE) --no-print-directory BUILD=build/fuzz SAN=1 CC=$(CLANG) HARDENING= \
		CFLAGS='-O2 -g $(FUZZ_FLAGS)' fuzz-built

.PHONY: fuzz-built
fuzz-built: $(FUZZER) $(ARENA_FAULTS)
	$(Q)$(TEST_ENV) tests/fuzz/check-arena $(ARENA_FAULTS)
	$(Q)rm -f $(BUILD)/rates
	$(Q)for name in $(FUZZ); do \
		$(TEST_ENV) tests/fuzz/run $(BUILD) $$name $(FUZZ_SECONDS) || exit 1; \
	done
	$(Q)cat $(BUILD)/rates

# Long runs, each a target of its own. XTLS_SEED=n repeats a run of the cuts,
# of the lying server, or of the random actions.
SOAK = soak-cuts soak-model soak-sessions soak-peer soak-server soak-lives
SOAK_CUTS ?= 20000
SOAK_SESSIONS ?= 10000
SOAK_SEEDS ?= 300
SOAK_JOBS ?= 40
SOAK_LIVES ?= 7200

.PHONY: $(SOAK) soak-asan
soak:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST)
	$(Q)$(MAKE) --no-print-directory $(SOAK)

soak-cuts: $(BUILD)/tests/test-cuts
	$(Q)$(TEST_ENV) XTLS_SEED=$${XTLS_SEED:-$$(date +%s)} \
		XTLS_CUTS=$${XTLS_CUTS:-$(SOAK_CUTS)} $< --tap

soak-model: $(BUILD)/tests/test-model
	$(Q)$(TEST_ENV) XTLS_UNDER_WAY=3 $(PYTHON) -m pytest \
		tests/unit/test_model.py

soak-sessions: $(BUILD)/tests/test-leaks
	$(Q)$(TEST_ENV) XTLS_SEED=$${XTLS_SEED:-$$(date +%s)} \
		XTLS_SESSIONS=$(SOAK_SESSIONS) $< --tap

# Runs every attack of a contact for ten minutes, all at the same time.
soak-peer: all $(HEADLESS)
	$(Q)$(TEST_ENV) SOAK_SECONDS=$(SOAK_SECONDS) \
		nice $(PYTHON) -m pytest -n $(SOAK_JOBS) tests/integration/test_floods.py

soak-server: all $(HEADLESS)
	$(Q)$(TEST_ENV) XTLS_SEED=$${XTLS_SEED:-$$(date +%s)} \
		XTLS_SEEDS=$${XTLS_SEEDS:-$(SOAK_SEEDS)} \
		$(PYTHON) -m pytest -s tests/integration/test_hostile_server.py

# Random actions for SOAK_LIVES seconds.
soak-lives: all $(HEADLESS)
	$(Q)$(TEST_ENV) XTLS_LIVES=$${XTLS_LIVES:-$(SOAK_LIVES)} \
		$(PYTHON) -m pytest -s tests/integration/test_random_lives.py

soak-asan:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST) $(DEPS_CHECK)
	$(Q)$(MAKE) --no-print-directory BUILD=build/asan SAN=1 CFLAGS='-O1 -g' \
		SOAK_CUTS=2000 soak

# Uses the GnuTLS in PQ_PREFIX, which must support ML-KEM; Debian's does not. A
# test asserts that two clients use it.
PQ_TESTS = test-tls test-tlspeer test-session test-session-close \
	test-session-timeout test-cuts
PQ_ENV = PKG_CONFIG_PATH=$(PQ_PREFIX)/lib/pkgconfig:$(PQ_PREFIX)/lib64/pkgconfig \
	LD_LIBRARY_PATH=$(PQ_PREFIX)/lib:$(PQ_PREFIX)/lib64

.PHONY: check-pq
check-pq:
	$(Q)if [ -z '$(PQ_PREFIX)' ] || ! $(PQ_ENV) $(PKG_CONFIG) --variable=prefix \
		gnutls | grep -qxF '$(PQ_PREFIX)'; then \
		echo 'The post-quantum key exchange was not verified: name a GnuTLS' \
			'that has ML-KEM, with PQ_PREFIX=DIR.'; exit 1; \
	fi
	$(Q)$(PQ_ENV) $(MAKE) --no-print-directory BUILD=build/pq \
		$(PQ_TESTS:%=build/pq/tests/%)
	$(Q)for test in $(PQ_TESTS); do \
		XTLS_PQ=1 $(PQ_ENV) $(TEST_ENV) build/pq/tests/$$test --tap || { \
			echo 'The post-quantum key exchange was not verified:' \
				"$$test failed."; exit 1; }; \
	done
	@echo 'The post-quantum key exchange was verified with the GnuTLS in $(PQ_PREFIX).'

check-clang:
	$(Q)$(MAKE) --no-print-directory BUILD=build/clang CC=$(CLANG) \
		WERROR=-Werror all

check-mingw: $(MANUAL)
	$(Q)tests/deps $(DEPS_BUILD) gcc-mingw-w64-x86-64-win32
	$(Q)tests/mingw/check $(BUILD)

C_FILES = $(wildcard plugin/*.h $(foreach d,plugin/* plugin/*/* tests/* tests/*/*,\
	$(d)/*.c $(d)/*.h))

# This is also part of `make check`.
.PHONY: check-layers
check-layers:
	$(Q)$(PYTHON) tests/check-layers

check-format:
	$(Q)clang-format --dry-run -Werror $(C_FILES)

format:
	$(Q)clang-format -i $(C_FILES)

# A stamp for each file without findings.
define tidy
$(BUILD)/tidy/$(1)/%: plugin/$(1)/%.c .clang-tidy $(wildcard plugin/*.h \
		plugin/*/*.h plugin/*/*/*.h) $(BUILD)/include/xmlnode.h $(MANUAL)
	@mkdir -p $$(@D)
	$$(call say,TIDY,$$<)clang-tidy --quiet --warnings-as-errors='*' $$< -- \
		-std=gnu11 $$(FLAGS_$(1)) $$(filter -D%,$$(BASE)) 2>$$@.log \
		|| { cat $$@.log >&2; exit 1; }
	@touch $$@
endef
$(foreach f,$(FOLDERS),$(eval $(call tidy,$(f))))
TIDY = $(foreach f,$(FOLDERS),$(patsubst plugin/%.c,$(BUILD)/tidy/%,$(call src,$(f))))

.PHONY: analyze-files
analyze-files: $(TIDY)

analyze:
	$(Q)$(PYTHON) tests/check-docs
	$(Q)$(MAKE) --no-print-directory -j$(shell nproc) analyze-files

bench: $(BENCH)
	$(Q)$(BENCH)

bench-net:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST)
	$(Q)tests/unpack $(BUILD)/others
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/tests/headless
	$(Q)$(TEST_ENV) $(PYTHON) tests/bench/net.py doc/net.svg

# MIB= (in-band), DIRECT_MIB= and ROUNDS= set other sizes; 0: not at all.
bench-files:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST)
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/tests/headless
	$(Q)$(TEST_ENV) $(PYTHON) tests/bench/files.py \
		$(if $(MIB),--mib $(MIB)) \
		$(if $(DIRECT_MIB),--direct-mib $(DIRECT_MIB)) \
		$(if $(ROUNDS),--rounds $(ROUNDS))

demo:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST)
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/tests/headless
	$(Q)$(TEST_ENV) $(PYTHON) tests/demo.py

# The tests in which the pictures in README are taken; few colours keep the
# files small.
SHOWN = state-not-private state-starting state-unverified state-private \
	state-finished state-waiting held verify-secret verify-fingerprints \
	new-key known-keys settings finch

screenshots:
	$(Q)tests/deps $(DEPS_BUILD) $(DEPS_TEST)
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/tests/headless
	$(Q)$(TEST_ENV) $(PYTHON) -m pytest \
		tests/gui/test_face.py::test_all_states_in_order \
		tests/gui/test_face.py::test_held_messages_look_held \
		tests/gui/test_finch.py::test_from_start_to_end \
		tests/gui/test_new_key_dialog.py::test_new_key \
		tests/gui/test_settings_windows.py::test_key_manager
	$(Q)for name in $(SHOWN); do \
		convert $(BUILD)/screenshots/$$name.png +repage -strip -colors 96 \
			PNG8:doc/$$name.png || exit 1; \
	done

# --- installation ----------------------------------------------------------

# Where libpurple and Pidgin of this prefix look for plugins.
plugin_dir = $(shell $(PKG_CONFIG) --define-variable=prefix=$(PREFIX) \
	--variable=plugindir $(1))
LIB_DIR = $(call plugin_dir,purple)
FACE_DIR = $(call plugin_dir,pidgin)
HOME_DIR = $(HOME)/.purple
PIXMAPS = $(wildcard pixmaps/*.png)

MO_DIRS = $(MO:$(BUILD)/po/%.mo=$(LOCALE_DIR)/%/LC_MESSAGES)
INSTALLED = $(LIB_DIR)/xtls.so $(if $(FACE),$(FACE_DIR)/pidgin-xtls.so \
	$(PIXMAPS:pixmaps/%=$(PIXMAP_DIR)/%) \
	$(METAINFO_DIR)/pidgin-xtls.metainfo.xml) \
	$(MO_DIRS:%=%/pidgin-xtls.mo) $(MAN_DIR)/pidgin-xtls.7

install: all
	install -d $(DESTDIR)$(LIB_DIR)
	install -m 644 $(CORE) $(DESTDIR)$(LIB_DIR)/xtls.so
	$(if $(FACE),install -d $(DESTDIR)$(FACE_DIR) $(DESTDIR)$(PIXMAP_DIR))
	$(if $(FACE),install -m 644 $(FACE) $(DESTDIR)$(FACE_DIR)/pidgin-xtls.so)
	$(if $(FACE),install -m 644 $(PIXMAPS) $(DESTDIR)$(PIXMAP_DIR))
	$(if $(FACE),install -D -m 644 $(METAINFO) \
		$(DESTDIR)$(METAINFO_DIR)/$(notdir $(METAINFO)))
	install -D -m 644 $(MAN) $(DESTDIR)$(MAN_DIR)/$(notdir $(MAN))
	$(foreach m,$(MO),install -D -m 644 $(m) \
		$(DESTDIR)$(LOCALE_DIR)/$(basename $(notdir $(m)))/$(MO_NAME) &&) true

# Also removes folders that are empty then, up to the first that is not.
uninstall: packages-here
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	$(Q)cd $(DESTDIR)/ && for folder in $(sort $(dir $(INSTALLED:/%=%))); do \
		rmdir -p $$folder 2>/dev/null || true; done

install-home: all
	install -d $(HOME_DIR)/plugins $(HOME_DIR)/pixmaps/xtls
	install -m 644 $(CORE) $(FACE) $(HOME_DIR)/plugins/
	install -m 644 $(PIXMAPS) $(HOME_DIR)/pixmaps/xtls/
	$(foreach m,$(MO),install -D -m 644 $(m) \
		$(HOME_DIR)/locale/$(basename $(notdir $(m)))/$(MO_NAME) &&) true

# The sources of the pictures are pixmaps/*.svg. The rendered files are
# committed, so that building needs no renderer.
.PHONY: pixmaps
pixmaps:
	$(Q)tests/deps librsvg2-bin
	$(Q)for svg in pixmaps/*.svg; do for size in 16 22 48; do \
		rsvg-convert -w $$size -h $$size -o $${svg%.svg}-$$size.png $$svg \
		|| exit 1; done; done

# The tarball is identical whether it is made from a clone or from an earlier
# tarball, which has no git: there every file is included.
NAMED = pidgin-xtls-$(VERSION)
FILES = if [ -e .git ]; then git -c safe.directory='*' ls-files -z; else \
	find . -path ./build -prune -o -type f ! -name '*.pyc' ! -name '*~' \
		-printf '%P\0'; fi

dist:
	@mkdir -p $(BUILD)
	$(Q)$(FILES) >$(BUILD)/files
	$(Q)LC_ALL=C sort -z -o $(BUILD)/files $(BUILD)/files
	$(Q)tar --create --file=$(BUILD)/$(NAMED).tar --format=gnu \
		--transform='s,^,$(NAMED)/,' --mtime='$(VERSION_DATE) 00:00Z' \
		--owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--no-recursion --null --files-from=$(BUILD)/files
	$(Q)gzip -9nf $(BUILD)/$(NAMED).tar

# Builds the Debian packages in $(BUILD)/deb.
deb: dist
	$(Q)tests/deps $(DEPS_BUILD) build-essential debhelper lintian appstream blhc \
		python3 python3-pytest python3-pytest-xdist spin
	$(Q)packaging/build $(BUILD) $(NAMED)

# Tries them on a minimal Debian of this machine's release. ARCHIVES=DIR keeps
# the packages that this and check-release download for their next run.
check-deb:
	$(Q)tests/deps debootstrap autopkgtest
	$(Q)$(MAKE) --no-print-directory deb
	$(Q)tests/check-deb $(BUILD)/deb

# SUITE: a release of Debian. TARGETS: make targets instead of README's two
# commands. WHO: who runs them, root, user, or both.
SUITE ?= bookworm
WHO ?= root user
check-release: dist
	$(Q)tests/deps debootstrap
	$(Q)WHO='$(WHO)' tests/check-release $(SUITE) $(BUILD)/$(NAMED).tar.gz $(TARGETS)

# The unit tests on other processors.
ARCHITECTURES ?= i386 s390x
check-cross: dist
	$(Q)tests/deps debootstrap dpkg-dev
	$(Q)tests/check-cross $(BUILD)/$(NAMED).tar.gz $(ARCHITECTURES)

clean:
	rm -rf build

-include $(wildcard $(BUILD)/plugin/*/*.d $(BUILD)/plugin/*/*/*.d \
	$(BUILD)/tests/*/*.d)
