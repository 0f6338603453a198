#!/usr/bin/env bash
# Writes scan.sarif: what the compiler and all its security rules say of this folder. Needs jq.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet build --no-incremental -c Release -p:AnalysisModeSecurity=All "-p:ErrorLog=$log%2cversion=2.1"

# The compiler's file has the descriptions of 500 rules and this machine's paths: the ids and relative paths remain. Results name
# their own levels.
jq --compact-output --arg root "file://$PWD/" '
  .runs[] |= (del(.properties) | .tool.driver.rules |= map({id}) | del(.invocations[].ruleConfigurationOverrides))
  | walk(if type == "string" then ltrimstr($root) else . end)' "$log" >scan.sarif
