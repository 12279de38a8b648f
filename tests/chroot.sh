# SPDX-License-Identifier: GPL-2.0-or-later
# For tests/check-deb and tests/check-release, which source it: a minimal Debian
# in the scratch folder $scratch, which is removed at the end. Needs root and
# debootstrap, and the mirror that this machine uses. ARCHIVES: a folder that
# keeps the downloaded packages for the next run.
set -eu
[ "$(id -u)" = 0 ] || { echo "A chroot can only be made by root." >&2; exit 1; }
mirrors=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' | sort -u)
mirror=$(echo "$mirrors" | sed -n 's/^Debian //p' | head -n 1)
security=$(echo "$mirrors" | sed -n 's/^Debian-Security //p' | head -n 1)
[ -n "$mirror" ] || { echo "This machine knows no mirror of Debian." >&2; exit 1; }

scratch=$(mktemp -d "${TMPDIR:-/tmp}/xtls-debian-XXXXXX")
trap 'rm -rf --one-file-system "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
archives=$(realpath -m "${ARCHIVES:-$scratch/archives}")
mkdir -p "$archives/partial"

# quietly COMMAND...: shows the end of its output if it fails.
quietly () {
    "$@" >"$scratch/log" 2>&1 || { tail -n 40 "$scratch/log"; exit 1; }
}

# bootstrap SUITE ROOT: makes the system.
bootstrap () {
    quietly debootstrap --variant=minbase --cache-dir="$archives" "$1" "$2" \
        "$mirror"
    {
        echo "deb $mirror $1 main"
        echo "deb $mirror $1-updates main"
        [ -z "$security" ] || echo "deb $security $1-security main"
    } >"$2/etc/apt/sources.list"
    cp /etc/resolv.conf "$2/etc/"
    # Nobody needs it after a crash of this machine.
    echo force-unsafe-io >"$2/etc/dpkg/dpkg.cfg.d/unsafe-io"
    # Packages must not start servers, because they would use this machine's
    # ports.
    printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d"
    chmod 755 "$2/usr/sbin/policy-rc.d"
}

# mounted ROOT COMMAND...: runs the command with processes and mounts of its own,
# among them those that the system in ROOT needs. All systems share the packages
# that they download.
mounted () {
    root=$1
    shift
    unshare --mount --pid --fork --kill-child --mount-proc sh -ec '
        root=$1 archives=$2
        shift 2
        mount -t proc proc "$root/proc"
        mount -t tmpfs tmpfs "$root/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
        mount --bind "$archives" "$root/var/cache/apt/archives"
        exec "$@"
    ' sh "$root" "$archives" "$@" </dev/null
}

# enter ROOT COMMAND: has that system's shell run it.
enter () {
    mounted "$1" chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        DEBIAN_FRONTEND=noninteractive sh -ec "$2"
}
