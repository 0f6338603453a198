#!/usr/bin/env bash
# Starts two silos on one PostgreSQL, on loopback only; Ctrl-C ends both.
#   deploy/local/silos.sh "Host=127.0.0.1;Database=marketplace;Username=marketplace;Password=…"
# The first silo makes the demo marketplace, so tokens and secrets are in the first silo's demo.json.
#   FOLDER   where their demo.json and output go      (default: data/silos)
#   SILO     a built Marketplace.Silo.dll to run      (default: builds src/Silo)
set -euo pipefail

if [ $# -ne 1 ]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
database=$1
folder=${FOLDER:-$root/data/silos}
silo=${SILO:-}
if [ -z "$silo" ]; then
  dotnet build "$root/src/Silo" -v quiet -clp:NoSummary
  silo=$root/artifacts/bin/Silo/debug/Marketplace.Silo.dll
fi

pids=()
stop() {
  trap - EXIT INT TERM
  for pid in ${pids[@]+"${pids[@]}"}; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  wait
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() { # number, http port, silo port, demo
  local number=$1 http=$2 port=$3 demo=$4
  mkdir -p "$folder/$number"
  # The connection string goes by the environment: arguments can be read by every user of the machine.
  DOTNET_ENVIRONMENT=Development Marketplace__Storage__ConnectionString="$database" dotnet "$silo" \
    --urls "http://127.0.0.1:$http" \
    --Marketplace:Demo="$demo" \
    --Marketplace:Identity:AllowHttp=true \
    --Marketplace:DataFolder="$folder/$number" \
    --Marketplace:Storage:Provider=PostgreSql \
    --Marketplace:Silo:Port="$port" >"$folder/$number/output.txt" 2>&1 &
  pids+=($!)
  local pid=$!
  for _ in $(seq 120); do
    if curl -sf -o /dev/null "http://127.0.0.1:$http/health/ready"; then
      echo "silo $number  http://127.0.0.1:$http  output $folder/$number/output.txt"
      return
    fi
    if ! kill -0 "$pid" 2>/dev/null; then
      break
    fi
    sleep 0.5
  done
  echo "silo $number did not get ready:" >&2
  tail -n 20 "$folder/$number/output.txt" >&2
  exit 1
}

start 1 5080 11111 true
start 2 5081 11112 false
echo "clients and secrets: $folder/1/demo.json; Ctrl-C ends both"
wait
