#!/usr/bin/env bash
# Regenerates the manifests of grain contracts (OrleansContracts.txt). Run it after adding a grain method or interface, and review
# the diff: a changed or removed line breaks silos of the other version during a rolling upgrade.
set -euo pipefail
cd "$(dirname "$0")/.."
for project in src/Grains.Interfaces/Grains.Interfaces.csproj src/Grains/Grains.csproj; do
  dotnet format "$project" analyzers --no-restore --severity info --diagnostics \
    ORLEANS0016 ORLEANS0017 ORLEANS0018 ORLEANS0019 ORLEANS0020 ORLEANS0022 ORLEANS0023 ORLEANS0024
done
