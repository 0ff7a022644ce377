#!/usr/bin/env bash
# Runs three or five real nodes, in network namespaces of this machine, under faults, and checks what their clients saw:
#   benchmarks/fault-lab.sh [--nodes 3] [--seconds 60] [--seed 1] [--faults kill:leader,flap] [--at-once 1]
#                           [--workloads register,queue] [--sabotage fsync|reads|once] [--out target/fault-lab]
#                           [--upgrade-from CHECKOUT-OF-ANOTHER-RELEASE-WITH-ITS-PACKAGES]
# --faults each: every fault in a run of its own, --seconds long. Each run adds a line to runs.md in --out.
# Needs root, ip and mount (namespaces, small disks), and gcc for faults of clocks and disks.
# Exit code 0: nothing found; 1: a violation; 2: the lab failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ -f benchmarks/target/benchmarks.jar ]] || mvn -q -DskipTests package
# What lets a node see a stepped clock or a bad disk. Without a compiler the lab refuses the faults that need it.
shim=benchmarks/target/faultshim.so
source=benchmarks/src/main/c/faultshim.c
if [[ $source -nt $shim ]] && command -v gcc >/dev/null; then
  gcc -shared -fPIC -O2 -Wall -Wextra -o "$shim" "$source" -ldl
fi
# The same JDK as the nodes'.
jdk=$(ratis-kv-server/bin/find-jdk)
exec "${jdk#* }/bin/java" -cp "benchmarks/target/benchmarks.jar:benchmarks/target/lib/*" io.ratiskv.lab.Lab --home "$PWD" "$@"
