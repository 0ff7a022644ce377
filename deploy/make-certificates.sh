#!/usr/bin/env bash
# Certificates for a cluster, where no other authority makes them:
#
#   deploy/make-certificates.sh DIR NAME[,NAME...]...
#   deploy/make-certificates.sh certs n1,10.0.0.1 n2,10.0.0.2 n3,10.0.0.3
#
# Makes DIR/ca.crt and DIR/ca.key when there are none, and for each list DIR/FIRST-NAME.crt and .key, valid for every name
# and address of the list, as --tls-ca, --tls-cert and --tls-key want them. A wildcard may be a later name of a list.
# ca.key makes further certificates, and whoever has it can join the cluster: keep it off the nodes.

set -euo pipefail
umask 077

fail() {
    echo "make-certificates: $1" >&2
    exit 1
}

[ $# -ge 2 ] || fail "give a folder and the names of at least one node; the head of this file shows how"
command -v openssl >/dev/null || fail "openssl is needed"
dir=$1
shift
mkdir -p "$dir"

DAYS_CA=3650
DAYS=825

if [ ! -f "$dir/ca.crt" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -sha256 -days $DAYS_CA \
        -subj "/CN=ratis-kv authority" -addext "basicConstraints=critical,CA:TRUE" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout "$dir/ca.key" -out "$dir/ca.crt" 2>/dev/null ||
        fail "openssl cannot make the authority in $dir"
    chmod 644 "$dir/ca.crt"
fi
[ -f "$dir/ca.key" ] || fail "$dir/ca.key is missing; the authority's key is needed for further certificates"

for names in "$@"; do
    first=${names%%,*}
    case $first in '' | *[!A-Za-z0-9._-]*) fail "\"$first\" cannot be the name of a file; begin the list with a plain name" ;; esac
    alternatives=
    IFS=, read -ra list <<<"$names"
    for name in "${list[@]}"; do
        case $name in
            *:*) kind=IP ;;
            *[!0-9.]*) kind=DNS ;;
            *) kind=IP ;;
        esac
        alternatives=$alternatives${alternatives:+,}$kind:$name
    done
    # Nodes are servers and, to each other, clients.
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj "/CN=$first" \
        -keyout "$dir/$first.key" -out "$dir/$first.csr" 2>/dev/null || fail "openssl cannot make a key for $first"
    openssl x509 -req -in "$dir/$first.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -CAcreateserial -sha256 -days $DAYS \
        -extfile <(printf '%s\n' "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" \
            "extendedKeyUsage=serverAuth,clientAuth" "subjectAltName=$alternatives") \
        -out "$dir/$first.crt" 2>/dev/null || fail "openssl cannot sign the certificate of $first"
    rm -f "$dir/$first.csr"
    chmod 644 "$dir/$first.crt"
    echo "$dir/$first.crt: $alternatives"
done
