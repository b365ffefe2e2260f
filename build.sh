#!/usr/bin/env bash
# Makes sure that there is a PowerShell and hands everything to build.ps1. Needs the .NET 10 SDK.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off

command -v dotnet >/dev/null || {
    echo "build.sh: the .NET 10 SDK is needed (no 'dotnet' on PATH)" >&2
    exit 1
}

# The module's manifest says which PowerShell is new enough.
is_new_enough='exit [int]($PSVersionTable.PSVersion -lt (Import-PowerShellDataFile LinuxMem.psd1).PowerShellVersion)'
if ! pwsh -NoProfile -NonInteractive -Command "$is_new_enough" >/dev/null 2>&1; then
    version=$(dotnet msbuild Directory.Packages.props -getProperty:PowerShellVersion)
    folder=$PWD/out/tools/powershell-$version
    if [ ! -x "$folder/pwsh" ]; then
        echo "No PowerShell that is new enough on PATH: installing PowerShell $version under out/tools." >&2
        rm -rf "$folder"
        dotnet tool install PowerShell --version "$version" --tool-path "$folder" >&2
    fi
    export PATH="$folder:$PATH"
fi

if [ "${1:-}" = -h ] || [ "${1:-}" = --help ]; then
    set -- Help
fi
exec pwsh -NoProfile -NonInteractive -File build.ps1 "$@"
