# SPDX-License-Identifier: GPL-2.0-or-later
"""`make install`, `uninstall` and `install-home`."""

import io
import os
import re
import shutil
import subprocess
import tarfile

from xtlstest import client, process, quickbuild, tap

TOP = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))
PLUGINS = ("xtls.so", "pidgin-xtls.so")
SPDX = "SPDX-License-Identifier: "
# Names of files are in what is for the debugger.
DEBUGGED = "-O0 -g1"


def folder_of_build():
    """A copy of the build folder, because other tests load the plugins from
    the original. What other tests build in it meanwhile is left out."""
    build = os.path.join(process.folder("build"), "build")
    shutil.copytree(client.BUILD, build, ignore=shutil.ignore_patterns(
        "tests", "screenshots", "pytest", "python", "others", "old-*", "deb",
        "mingw", "asan", "clang", "fuzz*", "*.tar.gz"))
    return build


def try_make(folder, *arguments, **environment):
    """Runs make without the variables of the make that may have started the
    tests, which would pass its own options on."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("MAKE", "MFLAGS"))
             and name not in ("BUILD", "SAN", "CFLAGS", "WERROR")}
    return subprocess.run(
        ["make", "--no-print-directory", "-C", folder, *arguments],
        env=dict(clean, **environment), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)


def make_in(folder, *arguments, **environment):
    done = try_make(folder, *arguments, **environment)
    assert done.returncode == 0, done.stdout
    return done.stdout


def make(build, *arguments, **environment):
    more = ["SAN=1", "CFLAGS=-O1 -g"] if client.SANITIZED else []
    return make_in(TOP, f"BUILD={build}", *more, *arguments, **environment)


def version():
    """The newest heading of NEWS."""
    with open(os.path.join(TOP, "NEWS")) as news:
        return re.search(r"^Version ([0-9.]+), ", news.read(), re.M)[1]


def tarball_of(folder):
    make_in(folder, "dist")
    return os.path.join(folder, "build", f"pidgin-xtls-{version()}.tar.gz")


def unpack(tarball):
    where = process.folder("tarball")
    with tarfile.open(tarball) as tar:
        tar.extractall(where)
    return os.path.join(where, f"pidgin-xtls-{version()}")


def sources():
    """A copy of the project's files, as `make dist` lists them."""
    build = process.folder("dist")
    make_in(TOP, "dist", f"BUILD={build}")
    return unpack(os.path.join(build, f"pidgin-xtls-{version()}.tar.gz"))


def files(folder):
    return {os.path.relpath(os.path.join(base, name), folder)
            for base, _, names in os.walk(folder) for name in names}


def plugin_folder(package):
    return subprocess.check_output(
        ["pkg-config", "--variable=plugindir", package], text=True).strip()


def names(pattern):
    return [name for name in os.listdir(os.path.join(TOP, pattern[0]))
            if name.endswith(pattern[1])]


def catalogues():
    return {f"locale/{name[:-3]}/LC_MESSAGES/pidgin-xtls.mo"
            for name in names(("po", ".po"))}


def pictures():
    return set(names(("pixmaps", ".png")))


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def test_installed_where_libpurple_looks():
    """With the default prefix, and with nothing but PATH in the
    environment."""
    build, root = folder_of_build(), process.folder("root")
    make(build, "install", f"DESTDIR={root}")
    core, face = plugin_folder("purple"), plugin_folder("pidgin")
    assert files(root) == {
        f"{core[1:]}/xtls.so", f"{face[1:]}/pidgin-xtls.so",
        *(f"usr/share/{name}" for name in catalogues()),
        "usr/share/man/man7/pidgin-xtls.7",
        "usr/share/metainfo/pidgin-xtls.metainfo.xml",
        *(f"usr/share/pixmaps/pidgin/xtls/{name}" for name in pictures())}
    # Only the symbol that libpurple looks up is exported.
    symbols = subprocess.check_output(
        ["nm", "-D", "--defined-only", os.path.join(root, core[1:],
                                                    "xtls.so")], text=True)
    assert [line.split()[-1] for line in symbols.splitlines()
            if "asan" not in line] == ["purple_init_plugin"], symbols
    make(build, "uninstall", f"DESTDIR={root}")
    assert os.listdir(root) == []


def test_installed_with_another_prefix():
    """What was built for one prefix is built again for another."""
    build, root = folder_of_build(), process.folder("root")
    core, face = (plugin_folder(package).replace("/usr/", "/opt/im/")
                  for package in ("purple", "pidgin"))
    make(build, "install", "PREFIX=/opt/im", f"DESTDIR={root}")
    for path in (f"{core}/xtls.so", f"{face}/pidgin-xtls.so"):
        assert b"/opt/im/share/locale\0" in read(root, path[1:]), path
    assert b"/opt/im/share/pixmaps/pidgin/xtls\0" in read(
        root, f"{face[1:]}/pidgin-xtls.so")
    # Files of others and their folders stay.
    other = os.path.join(root, "opt/im/share/locale/de/other")
    with open(other, "w"):
        pass
    make(build, "uninstall", "PREFIX=/opt/im", f"DESTDIR={root}")
    assert files(root) == {"opt/im/share/locale/de/other"}
    os.remove(other)
    os.removedirs(os.path.dirname(other))
    assert not os.path.exists(root), "empty folders were left"


def test_installed_in_the_home_folder():
    build, home = folder_of_build(), process.folder("home")
    make(build, "install-home", HOME=home)
    assert files(home) == {f".purple/{name}" for name in (
        "plugins/xtls.so", "plugins/pidgin-xtls.so", *catalogues(),
        *(f"pixmaps/xtls/{name}" for name in pictures()))}


def test_plugins_are_hardened():
    """By default, every plugin is built with the compiler's hardening
    options."""
    if client.SANITIZED:
        return
    for name in PLUGINS:
        plugin = os.path.join(client.BUILD, name)
        dynamic = subprocess.check_output(["readelf", "-dlW", plugin],
                                          text=True)
        assert "GNU_RELRO" in dynamic and "BIND_NOW" in dynamic, name
        assert re.search(r"GNU_STACK .* RW +0x", dynamic), dynamic
        assert "TEXTREL" not in dynamic, name
        symbols = subprocess.check_output(["nm", "-D", plugin], text=True)
        assert "__stack_chk_fail" in symbols, name


def test_dist_is_reproducible():
    """A tarball made from a clone and one made from the tarball itself are
    identical."""
    folder = sources()
    for command in (["init", "-q"], ["add", "--all"],
                    ["-c", "user.name=x", "-c", "user.email=x@localhost",
                     "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    clone = os.path.join(process.folder("clone"), "clone")
    subprocess.run(["git", "clone", "-q", folder, clone], check=True)
    from_clone = tarball_of(clone)
    unpacked = unpack(from_clone)
    assert not os.path.exists(os.path.join(unpacked, ".git"))
    assert read(tarball_of(unpacked)) == read(from_clone)
    with tarfile.open(from_clone) as tar:
        assert {(entry.uid, entry.gid) for entry in tar} == {(0, 0)}
    # git's own list says the same.
    archive = subprocess.check_output(
        ["git", "archive", "--format=tar", "HEAD"], cwd=clone)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tracked = {entry.name for entry in tar if entry.isfile()}
    assert files(unpacked) - tracked == {
        f"build/{name}" for name in ("files", os.path.basename(from_clone))}
    assert tracked <= files(unpacked)


def build_quickly(folder, *targets, build):
    """Builds the plugins and then the other targets in a copy of the sources."""
    for plugin, name, headers in zip(PLUGINS, ("core", "face"),
                                     (quickbuild.CORE, quickbuild.FACE)):
        make_in(folder, "-j2", f"BUILD={build}", f"{build}/{plugin}",
                *quickbuild.options(folder, name, headers, DEBUGGED))
    make_in(folder, "-j2", f"BUILD={build}", f"CFLAGS={DEBUGGED}",
            "HARDENING=", *targets)


@tap.timeout(900)
def test_tarball_builds_and_tests():
    """Builds in two different folders give identical files."""
    folder = sources()
    other = os.path.join(process.folder("elsewhere"), "deeper", "source")
    shutil.copytree(folder, other)
    built = os.path.join(folder, "out")
    build_quickly(folder, "all", f"{built}/tests/test-base64", build=built)
    build_quickly(other, "all", build="build")
    for name in (*PLUGINS, "po/de.mo"):
        assert read(built, name) == read(other, "build", name), name
    for name in PLUGINS:
        plugin = read(built, name)
        assert version().encode() + b"\0" in plugin, name
        assert folder.encode() not in plugin, name
    subprocess.run([os.path.join(built, "tests/test-base64"), "--tap"],
                   check=True, stdout=subprocess.DEVNULL)


def test_missing_build_tool_is_named():
    """The user gets one sentence instead of a compiler's errors."""
    tools = process.folder("tools")
    for name in ("make", "sh", "sed", "head", "cc", "env", "pkg-config",
                 "msgfmt", "mkdir", "cat", "id"):
        os.symlink(shutil.which(name), os.path.join(tools, name))
    folder = sources()
    done = try_make(folder, "CC=cc", PKG_CONFIG_LIBDIR="/nonexistent",
                    PATH=tools)
    assert done.returncode != 0
    said = [line for line in done.stdout.splitlines()
            if not line.startswith("make: ***")]
    assert len(said) == 1 and "libotr" in said[0] and "README" in said[0], \
        done.stdout
    for name in ("msgfmt", "cc"):
        os.remove(os.path.join(tools, name))
        done = try_make(folder, "CC=cc", PATH=tools)
        assert done.returncode != 0 and f" {name}" in done.stdout, done.stdout


def run_deps(*programs, said="", user=0, returns=0, upgrade=False):
    """Runs tests/deps with only these programs; `said` is its complete
    output."""
    tools = process.folder("tools")
    for name in ("sh", "env", "grep", "sed", "sort"):
        os.symlink(shutil.which(name), os.path.join(tools, name))
    log = os.path.join(tools, "log")
    for name in ("id", *programs):
        path = os.path.join(tools, name)
        with open(path, "w") as file:
            file.write("#!/bin/sh\n" + {
                "id": f"echo {user}",
                "dpkg-query": "echo ii" if upgrade else "exit 1",
                "apt-cache": "printf 'one\\n  Depends: three\\nthree\\n'",
                "sudo": '"$@"'}.get(
                    name, f'echo {name} "$@" >>{log}\n'
                    'test "$1" != -s || printf "Inst %s [1] (2)\\n"'
                    " one three other"
                    if upgrade else f'echo {name} "$@" >>{log}') + "\n")
        os.chmod(path, 0o755)
    done = subprocess.run(
        [os.path.join(TOP, "tests", "deps"),
         *(["--upgrade"] if upgrade else []), "one", "two"],
        env={"PATH": tools}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    assert done.returncode == returns, done.stdout
    assert re.fullmatch(said, done.stdout), done.stdout
    return read(log).decode() if os.path.exists(log) else ""


def test_packages():
    """Installs Debian's packages as root or with sudo, and prints one sentence
    if neither is possible."""
    for user in (0, 1000):
        ran = run_deps("dpkg-query", "apt-get", "sudo", user=user,
                       said="Installing: one two\n")
        assert "install -y -qq --no-install-recommends one two" in ran, ran
    assert run_deps("dpkg-query", "apt-get", user=1000, returns=1, said=(
        "You are not root and there is no sudo: .* install one two'.*\n")) == ""
    assert run_deps(said=".*only on Debian and Ubuntu: README .*\n") == ""


def test_outdated_packages():
    """Updates the packages that are needed, directly or as dependencies, and
    no others."""
    ran = run_deps("dpkg-query", "apt-get", "apt-cache", upgrade=True,
                   said="Upgrading: one three\n")
    assert ran.endswith("--only-upgrade one three\n"), ran


def test_news_of_the_interface():
    """The newest section names the version of plugin/api.h."""
    with open(os.path.join(TOP, "NEWS")) as news:
        newest = news.read().split("\nVersion ")[1]
    with open(os.path.join(TOP, "plugin", "api.h")) as header:
        number = re.search(r"define XTLS_API_VERSION (\d+)", header.read())[1]
    assert f"api.h has version {number}:" in newest


def test_changelog_of_the_packages():
    """Made of NEWS: every word of it, in lines as Debian wants them."""
    with open(os.path.join(TOP, "NEWS")) as news:
        text = news.read()
    made = subprocess.run([os.path.join(TOP, "packaging", "changelog")],
                          input=text, stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    assert made.startswith(f"pidgin-xtls ({version()}-1) unstable; ")
    for line in made.splitlines():
        assert len(line) <= 80 or line.startswith(" -- "), line
    items = [re.sub(r"\s+", " ", item) for item in re.findall(
        r"^ - ((?:.|\n   )*)", text[text.index("\nVersion "):], re.M)]
    entries = [re.sub(r"\s+", " ", entry) for entry in re.findall(
        r"^  \* ((?:.|\n    )*)", made, re.M)]
    assert items and entries == items


def test_every_file_names_its_licence():
    """Except for the licence itself, pictures, the fuzzers' corpus, and a file
    in which dpkg allows no other line."""
    folder = sources()
    lacking = {name for name in files(folder)
               if SPDX.encode() not in read(folder, name)}
    assert {name for name in lacking
            if name not in ("COPYING", "packaging/debian/source/format")
            and not name.endswith(".png")
            and not name.startswith("tests/fuzz/corpus/")} == set()


def test_named_tests_exist():
    """Test files named in tests/README, in the package's tests and in .ci/run
    exist."""
    folder = sources()
    named = re.compile(rb"(?<![\w/)}.:*-])tests/(?:integration|gui)/[\w./-]*\w")
    lacking = [(name, found) for name in files(folder)
               if name.startswith((".ci/", "doc/", "packaging/"))
               or "/" not in name or name == "tests/README"
               for found in named.findall(read(folder, name))
               if not os.path.exists(os.path.join(folder, found.decode()))]
    assert not lacking, lacking
