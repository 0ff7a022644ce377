#!/usr/bin/env bash
# Packs the server and raft-cli as one file that runs on any Linux of this architecture with glibc, without a JDK:
#
#   deploy/make-tarball.sh [DIR=target/dist]       writes DIR/ratis-kv-VERSION-linux-ARCH.tar.gz and its .sha256
#
# In it: bin/, both jars and lib/, a runtime linked from the modules that they need (runtime/), the archives that shorten a
# start, the systemd unit and install.sh. Needs both built (mvn -DskipTests package), and jdeps and jlink of the JDK that
# ratis-kv-server/bin/find-jdk finds.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
server=$root/ratis-kv-server
cli=$root/ratis-kv-cli
out=${1:-$root/target/dist}

fail() {
    echo "make-tarball: $1" >&2
    exit 1
}

# Prints the newest jar in $1/target.
built() {
    newest=
    for candidate in "$1"/target/"${1##*/}"-*.jar; do
        case $candidate in *-tests.jar | *-sources.jar | *-javadoc.jar) continue ;; esac
        if [ -f "$candidate" ] && { [ -z "$newest" ] || [ "$candidate" -nt "$newest" ]; }; then newest=$candidate; fi
    done
    if [ -z "$newest" ] || [ ! -d "$1/target/lib" ]; then
        fail "${1##*/} is not built; run: mvn -DskipTests package"
    fi
    echo "$newest"
}

jar=$(built "$server")
cli_jar=$(built "$cli")
version=${jar##*/ratis-kv-server-}
version=${version%.jar}

jdk=$("$server/bin/find-jdk" 2>&1) || fail "$jdk"
java_version=${jdk%% *}
java_home=${jdk#* }
for tool in jdeps jlink; do
    [ -x "$java_home/bin/$tool" ] || fail "$java_home has no $tool; a JDK is needed, not a JRE"
done

name=ratis-kv-$version-linux-$(uname -m)
mkdir -p "$out"
out=$(cd "$out" && pwd -P)
home=$out/$name
rm -rf "$home" "$home.tar.gz" "$home.tar.gz.sha256"
mkdir -p "$home/bin" "$home/systemd"

cp -p "$jar" "$cli_jar" "$home/"
cp -rp "$server/target/lib" "$home/lib"
# One build, so what both need is the same file.
cp -p "$cli"/target/lib/*.jar "$home/lib/"
cp -p "$server"/bin/{ratis-kv-server,find-jdk,train-start} "$cli"/bin/{raft-cli,train-raft-cli} "$home/bin/"
cp -p "$root/deploy/install.sh" "$root/LICENSE" "$home/"
cp -p "$root/deploy/systemd/ratis-kv.service" "$home/systemd/"

# What jdeps sees is what is named in code; its last line is the list, before it come warnings. Beside it: file systems in
# jars, security tokens, and what an operator needs at night: jcmd and the flight recorder.
needed=$("$java_home/bin/jdeps" --print-module-deps --ignore-missing-deps --multi-release "$java_version" \
    "$home"/*.jar "$home"/lib/*.jar | tail -n 1)
case $needed in java.base*) ;; *) fail "jdeps failed: $needed" ;; esac
linked=$("$java_home/bin/jlink" --add-modules "$needed,jdk.zipfs,jdk.crypto.cryptoki,jdk.jcmd,jdk.jfr,jdk.management.agent" \
    --strip-debug --no-header-files --no-man-pages --generate-cds-archive --output "$home/runtime" 2>&1) ||
    fail "jlink failed: $linked"

# With the runtime that will run them: the archives fit no other.
"$home/bin/train-start"
"$home/bin/train-raft-cli"
rm -f "$home"/train-*.log

# The archives name the times of the jars and of the runtime, to the second; tar keeps them.
tar -C "$out" --owner=0 --group=0 --numeric-owner -czf "$home.tar.gz" "$name"
rm -rf "$home"
(cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
echo "$home.tar.gz"
