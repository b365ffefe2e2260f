#!/usr/bin/env bash
# Builds, runs, tests and packages LinuxMem. Needs the .NET 10 SDK; goes through build.ps1 where there is PowerShell.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1
readonly results=out/TestResults

usage() {
    cat <<'TEXT'
Usage: ./build.sh TASK [OPTION]...
  build    everything, and the module folder out/LinuxMem
  run      builds what it needs, then shows the memory of this machine by user
  test     all tests there are; the last line counts them
  package  out/LinuxMem (the PowerShell module), out/LinuxMem.VERSION.nupkg (the same for the PowerShell Gallery)
           and out/linuxmem (one file that needs no .NET)
  install  puts the module into a folder where Import-Module finds it; -Scope AllUsers: for all users
  bench    packages, then measures against the kernel's own speed; './build.sh bench --help' tells what can be asked for
TEXT
}

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

build_all() {
    dotnet build LinuxMem.slnx -c Release -v quiet -clp:NoSummary
}

run() {
    dotnet build src/LinuxMem.Cli -c Release -v quiet -clp:NoSummary >&2
    src/LinuxMem.Cli/bin/Release/net10.0/linuxmem groups --split-uid
}

architecture() {
    case "$(uname -m)" in
        x86_64) echo x64 ;;
        aarch64) echo arm64 ;;
        *) fail "no package for $(uname -m)" ;;
    esac
}

package() {
    local arch
    arch=$(architecture)
    dotnet build src/LinuxMem.PS -c Release -v quiet -clp:NoSummary
    rm -f out/LinuxMem.*.nupkg
    dotnet pack src/LinuxMem.PS -c Release --no-build -o out -v quiet -clp:NoSummary
    dotnet publish src/LinuxMem.Cli -c Release -r "linux-$arch" -o out -v quiet -clp:NoSummary
    ls -l out/linuxmem out/LinuxMem.*.nupkg out/LinuxMem
}

# The value of an attribute of the <Counters> element of a test result file.
counter() {
    grep -o '<Counters [^>]*' "$1" | grep -o " $2=\"[0-9]*\"" | tr -dc 0-9
}

# The names of the tests that were not executed, one a line.
skipped_names() {
    grep -o '<UnitTestResult [^>]*outcome="NotExecuted"[^>]*' "$1" | sed 's/.* testName="\([^"]*\)".*/skipped: \1/; s/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' || true
}

test_all() {
    local passed=0 failed=0 skipped=0 broken=0 project file total executed
    build_all
    rm -rf "$results"
    for project in tests/*/*.csproj; do
        grep -q Microsoft.NET.Test.Sdk "$project" || continue
        file="$results/$(basename "$project" .csproj).trx"
        dotnet test "$project" -c Release --no-build --results-directory "$results" --logger "trx;LogFileName=$(basename "$file")" || broken=1
        if [ ! -f "$file" ]; then
            echo "$project: no result file"
            broken=1
            continue
        fi
        total=$(counter "$file" total)
        executed=$(counter "$file" executed)
        passed=$((passed + $(counter "$file" passed)))
        failed=$((failed + executed - $(counter "$file" passed)))
        skipped=$((skipped + total - executed))
    done
    for file in "$results"/*.trx; do
        [ -f "$file" ] && skipped_names "$file"
    done
    echo "Pester: not run, no pwsh on PATH"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$broken" -eq 0 ] && [ "$failed" -eq 0 ] && [ $((passed + failed)) -gt 0 ]
}

bench() {
    if [ "${1:-}" = framesets ]; then
        shift
        dotnet run --project bench/FrameSets -c Release -- "$@"
        return
    fi
    package >&2
    dotnet build bench/EmptyModule -c Release -o out/bench/EmptyModule -v quiet -clp:NoSummary >&2
    dotnet publish bench/EmptyProgram -c Release -r "linux-$(architecture)" -o out/bench/EmptyProgram -v quiet -clp:NoSummary >&2
    dotnet build bench/LinuxMem.Bench -c Release -v quiet -clp:NoSummary >&2
    bench/LinuxMem.Bench/bin/Release/net10.0/LinuxMem.Bench "$@"
}

case "${1:-}" in
    build | run | test | package | install | bench) ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac
command -v dotnet >/dev/null || fail "the .NET 10 SDK is needed (no 'dotnet' on PATH)"
if command -v pwsh >/dev/null; then
    exec pwsh -NoProfile -NonInteractive -File build.ps1 -Task "$@"
fi

case "$1" in
    build) build_all ;;
    run) run ;;
    test) test_all ;;
    package) package ;;
    bench) bench "${@:2}" ;;
    install) fail "a module for PowerShell is installed with PowerShell: no pwsh on PATH" ;;
esac
