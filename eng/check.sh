#!/usr/bin/env bash
# Everything a commit must pass: restore, format, build without warnings, publish, every test project.
#   eng/check.sh          all of it, as CI runs it
#   eng/check.sh --fast   without the process tests (kill -9 and outages), for the inner loop
# The last line on stdout is always "N passed, N failed"; a failed step counts as one failure.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

fast=false
for argument in "$@"; do
  case "$argument" in
    --fast) fast=true ;;
    *) echo "usage: eng/check.sh [--fast]" >&2; exit 2 ;;
  esac
done

export HOME="${HOME:-/tmp}"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export MSBUILDDISABLENODEREUSE=1  # leaves no build processes behind
export UseSharedCompilation=true  # one compiler for all projects halves the build; it is ended after it
export DOTNET_TieredPGO=0         # nothing here runs long enough for profiled code to pay

readonly configuration=Release
readonly budget=2340      # seconds for everything; CI allows 40 minutes
readonly test_limit=900   # seconds for one test project; the process tests kill and restart the server again and again
readonly process_limit=1500
passed=0
failed=0
failures=()
durations=()
details=$(mktemp)    # what failed tests say first, told again at the end: logs of CI are cut from above
results=$(mktemp -d) # of each test project: what it said, and how it ended

finish() {
  echo "== durations"
  printf '   %5s s  %s\n' ${durations[@]+"${durations[@]}"}
  printf '   %5s s  %s\n' "$SECONDS" "all of it"
  cat "$details"
  rm -rf "$details" "$results"
  for failure in ${failures[@]+"${failures[@]}"}; do
    echo "FAILED  $failure"
  done
  echo "$passed passed, $failed failed"
  if [ "$failed" -gt 0 ]; then
    exit 1
  fi
  exit 0
}

fail() {
  failed=$((failed + $1))
  failures+=("$2")
}

step() {
  local name=$1
  shift
  echo "== $name"
  local from=$SECONDS
  if "$@" 2>&1; then
    echo "   $((SECONDS - from)) s"
    durations+=("$((SECONDS - from))" "$name")
    return 0
  fi
  durations+=("$((SECONDS - from))" "$name")
  fail 1 "$name"
  return 1
}

install_packages() {
  local missing=() as_root=()
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  if [ ${#missing[@]} -eq 0 ]; then
    return 0
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      echo "Missing packages: ${missing[*]}. Install them, or run this as root once."
      return 1
    fi
    as_root=(sudo -n)
  fi
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0)
  "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
}

# Of every failed test: the first lines of its message, and the last, where a server's output says what happened.
first_and_last_lines() {
  awk -v head=6 -v tail=14 '
    function flush(  i) {
      if (count == 0) return
      for (i = 1; i <= count; i++)
        if (i <= head || i > count - tail) print substr(lines[i], 1, 300)
        else if (i == head + 1) print "      ..."
      count = 0
    }
    / \[FAIL\]$/ { flush(); inside = 1 }
    inside && !/^     / && !/ \[FAIL\]$/ { flush(); inside = 0 }
    inside { lines[++count] = $0 }
    END { flush() }'
}

# Runs one test project once. What it says and how it ended are files, so that another one can run beside it.
run_tests() {
  local project=$1 limit=$2 code=0 from=$SECONDS
  local left=$((budget - SECONDS))
  limit=$((limit < left ? limit : (left > 1 ? left : 1)))
  timeout -k 10 "$limit" dotnet "artifacts/bin/$project/${configuration,,}/Marketplace.$project.dll" -noLogo -noColor \
    >"$results/$project.output" 2>&1 || code=$?
  echo "$code $limit $((SECONDS - from))" >"$results/$project.end"
}

# Adds up what the runner's summary says of a project that has run.
count_tests() {
  local project=$1 output="$results/$1.output" code limit seconds summary total bad
  read -r code limit seconds <"$results/$project.end"
  echo "== $project"
  summary=$(grep -E "Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+, Not Run: [0-9]+" "$output" | tail -n 1 || true)
  if [[ ! $summary =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]]; then
    tail -n 200 "$output"
    if grep -qE 'Total: 0$' "$output"; then
      fail 1 "$project has no tests"
    else
      fail 1 "$project ended without a summary (exit code $code$([ "$code" -lt 124 ] || echo ", limit $limit s"))"
    fi
  else
    total=${BASH_REMATCH[1]}
    bad=$((BASH_REMATCH[2] + BASH_REMATCH[3]))
    local good=$((total - bad - BASH_REMATCH[4] - BASH_REMATCH[5]))
    good=$((good > 0 ? good : 0))
    passed=$((passed + good))
    echo "   $good passed, $bad failed, ${BASH_REMATCH[4]} skipped, $seconds s"
    if [ "$bad" -gt 0 ]; then
      cat "$output"
      first_and_last_lines <"$output" >>"$details"
      failed=$((failed + bad))
      while IFS= read -r name; do
        failures+=("$project: $name")
      done < <(sed -n 's/^ *\(.*\) \[FAIL\]$/\1/p' "$output")
    elif [ "$good" -eq 0 ]; then
      fail 1 "$project has no tests"
    elif [ "$code" -ne 0 ]; then
      tail -n 200 "$output"
      fail 1 "$project ended with exit code $code"
    fi
  fi
  durations+=("$seconds" "$project")
}

step "packages" install_packages || true
step "restore" dotnet restore Marketplace.Orleans.sln -v quiet || finish
# Layout only: the rules with a dotnet_diagnostic severity are errors of the build (EnforceCodeStyleInBuild).
check_format() {
  dotnet tool restore && dotnet csharpier check .
}
step "format" check_format || true
build() {
  local code=0
  dotnet build Marketplace.Orleans.sln -c "$configuration" --no-restore -v quiet -clp:NoSummary || code=$?
  dotnet build-server shutdown --vbcscompiler >/dev/null || true
  return "$code"
}
step "build" build || finish

# One test after the other on one server: it needs one processor, and takes as long as all that runs beside it.
run_tests Api.Tests "$test_limit" &
beside=$!

# The tests' servers are the program as it is shipped. Compiled ahead of time it starts in two thirds of the time, and the tests start it often.
publish() {
  local code=0
  rm -rf artifacts/shipped
  dotnet publish src/Silo -c "$configuration" --use-current-runtime --no-self-contained -o artifacts/shipped -v quiet \
    -p:RunAnalyzers=false || code=$?
  dotnet build-server shutdown --vbcscompiler >/dev/null || true
  return "$code"
}
if [ "$fast" = false ] && step "publish" publish; then
  export MARKETPLACE_SERVER="$PWD/artifacts/shipped/Marketplace.Silo.dll"
fi

for folder in tests/*.Tests; do
  project=$(basename "$folder")
  if [ "$project" != Api.Tests ] && [ "$project" != Process.Tests ]; then
    run_tests "$project" "$test_limit"
    count_tests "$project"
  fi
done
wait "$beside"
count_tests Api.Tests

# Last and alone: they kill and restart servers under load.
if [ "$fast" = false ]; then
  run_tests Process.Tests "$process_limit"
  count_tests Process.Tests
fi
finish
