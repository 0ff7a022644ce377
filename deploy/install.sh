#!/bin/sh
# Installs the server from an unpacked tarball (deploy/make-tarball.sh) as a service of systemd. Run as root:
#
#   ./install.sh [--prefix DIR=/opt/ratis-kv] [--root DIR] [--no-user] [--no-systemd]
#
# Copies the program to the prefix, links raft-cli into /usr/local/bin, makes the user ratis-kv, writes /etc/ratis-kv/ratis-kv.toml when there is none, and
# installs the unit. Starts nothing: the file of options comes first. Run again it replaces the program and keeps the
# options and the data; restart a running server right after, for it reads parts of its program when it needs them first.
#
# --root DIR puts everything below DIR, for packages and images; --no-user and --no-systemd leave those steps to others.

set -eu

prefix=/opt/ratis-kv
root=
user=yes
systemd=yes

fail() {
    echo "install.sh: $1" >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case $1 in
        --prefix | --root)
            [ $# -ge 2 ] || fail "$1 needs a folder"
            case $2 in /*) ;; *) fail "$1 needs an absolute folder, not \"$2\"" ;; esac
            if [ "$1" = --prefix ]; then prefix=${2%/}; else root=${2%/}; fi
            shift
            ;;
        --no-user) user=no ;;
        --no-systemd) systemd=no ;;
        *) fail "there is no option \"$1\"; the head of this file lists all" ;;
    esac
    shift
done

here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd -P)
if [ ! -x "$here/bin/ratis-kv-server" ] || [ ! -d "$here/lib" ]; then
    fail "run it in the unpacked tarball; $here holds no server"
fi
[ -n "$prefix" ] || fail "the prefix is empty"
target=$root$prefix
[ "$here" != "$target" ] || fail "the tarball is unpacked in $target itself; unpack it elsewhere"

if [ "$user" = yes ] && ! getent passwd ratis-kv >/dev/null; then
    useradd --system --user-group --home-dir /var/lib/ratis-kv --shell /usr/sbin/nologin ratis-kv ||
        fail "the user ratis-kv cannot be made; --no-user leaves it to you"
fi

# Beside the old one first, so that a failure half way leaves the old one whole.
mkdir -p "$(dirname "$target")"
rm -rf "$target.new"
cp -rp "$here" "$target.new"
rm -rf "$target.old"
if [ -d "$target" ]; then mv "$target" "$target.old"; fi
mv "$target.new" "$target"
rm -rf "$target.old"

# A file of that name that is no link is somebody else's.
link=$root/usr/local/bin/raft-cli
mkdir -p "$(dirname "$link")"
if [ -L "$link" ] || [ ! -e "$link" ]; then ln -sfn "$prefix/bin/raft-cli" "$link"; fi

config=$root/etc/ratis-kv/ratis-kv.toml
mkdir -p "$root/etc/ratis-kv"
if [ ! -f "$config" ]; then
    "$target/bin/ratis-kv-server" --data /var/lib/ratis-kv/data --generate-config >"$config.new" ||
        fail "the server does not run here"
    mv "$config.new" "$config"
fi
chmod 755 "$root/etc/ratis-kv"
chmod 640 "$config"
if [ "$user" = yes ]; then chgrp ratis-kv "$config"; fi

if [ "$systemd" = yes ]; then
    unit=$root/etc/systemd/system/ratis-kv.service
    mkdir -p "$(dirname "$unit")"
    sed "s|/opt/ratis-kv|$prefix|g" "$here/systemd/ratis-kv.service" >"$unit"
    chmod 644 "$unit"
    if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
fi

cat <<END
ratis-kv is in $target.
  1. edit $config (id, peers, addresses, credentials)
  2. $prefix/bin/ratis-kv-server --check-config --config /etc/ratis-kv/ratis-kv.toml
  3. systemctl enable --now ratis-kv
  4. raft-cli status
END
