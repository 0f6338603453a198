#!/usr/bin/env bash
# The benchmarks of the call path and of event delivery against their peers: see docs/benchmarks/README.md.
#   eng/bench.sh [--rounds 3] [--seconds 8] [--only a,b,c,…] [--quick] [--out docs/benchmarks/<date>.md]
#   eng/bench.sh sync [the same options] [--out docs/benchmarks/<date>-sync.md]
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { # package, file it brings
  compgen -G "$2" >/dev/null || missing+=("$1")
}
need nginx '/usr/sbin/nginx'
need libnginx-mod-http-lua '/usr/lib/nginx/modules/ngx_http_lua_module.so'
need lua-nginx-redis '/usr/share/lua/5.1/nginx/redis.lua'
need redis-server '/usr/bin/redis-server'
need wrk '/usr/bin/wrk'
need postgresql '/usr/lib/postgresql/*/bin/postgres'

if ((${#missing[@]})); then
  root=()
  ((EUID == 0)) || root=(sudo)
  "${root[@]}" apt-get update -qq
  # Run level 1: the packages must not start services; the benchmark starts its own.
  "${root[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

dotnet build src/Silo -c Release -v q -clp:NoSummary
dotnet build tests/Benchmarks -c Release -v q -clp:NoSummary
PATH="$PATH:/usr/sbin" exec dotnet artifacts/bin/Benchmarks/release/Marketplace.Benchmarks.dll "$@"
