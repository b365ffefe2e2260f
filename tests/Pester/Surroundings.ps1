# What the test files share: the PowerShell to start, what a test needs of the machine, and waiting with a deadline.
# Dot-sourced in BeforeDiscovery, for what is skipped, and in BeforeAll, for what is run.

# The words that start another PowerShell of the kind that runs the tests. Installed as a .NET tool it is no program of
# its own: dotnet runs it.
$pwsh = @(
    [Environment]::ProcessPath
    if ((Split-Path -Leaf ([Environment]::ProcessPath)) -eq 'dotnet') { Join-Path $PSHOME pwsh.dll }
)

# The command name that processes of it have.
$pwshComm = [IO.File]::ReadAllText("/proc/$PID/comm").TrimEnd("`n")

# Runs a script in a session of its own and returns what it writes. -Through is a command line that the session is started
# by, such as setpriv.
function Invoke-Pwsh([string] $Script, [string[]] $Through = @()) {
    timeout --foreground --kill-after 5 300 @Through @pwsh -NoProfile -NonInteractive -Command $Script
    if ($LASTEXITCODE -in 124, 137) {
        throw "The session has not ended within 300 s: $Script"
    }
}

# Waits until something is as it shall become; what does not come fails the test by its name.
function Wait-Until([string] $What, [scriptblock] $Condition) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -gt 30) {
            throw "Waited 30 s in vain: $What"
        }

        Start-Sleep -Milliseconds 10
    }
}

# What a Describe, Context or It needs of the machine, to be splatted on it: without it the test is skipped, and its tag
# says for want of what.
function Get-Need([string] $What, $IsThere) {
    @{ Skip = -not $IsThere; Tag = "needs $What" }
}

function Test-Program([string[]] $Name) {
    @(Get-Command $Name -CommandType Application -ErrorAction Ignore | Select-Object Name -Unique).Count -eq $Name.Count
}

# CAP_SYS_ADMIN is bit 21.
$capabilities = [Convert]::ToUInt64(((Get-Content /proc/self/status) -match '^CapEff:' -replace '^CapEff:\s*')[0], 16)
$needsFrames = Get-Need 'CAP_SYS_ADMIN, without which the kernel shows no frame numbers' ($capabilities -shr 21 -band 1)
$isRoot = (id -u) -eq 0
$needsRoot = Get-Need 'root' $isRoot
$needsRights = Get-Need 'root, and setpriv' ($isRoot -and (Test-Program setpriv))
$needsSegments = Get-Need 'System V shared memory, ipcmk and ipcrm' ((Test-Path /proc/sysvipc/shm) -and (Test-Program ipcmk, ipcrm))

# An ordinary user, and whether it may read PowerShell and the module where they are.
$asOrdinaryUser = 'setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'
$ordinaryUserCan = $false
if (-not $needsRights.Skip) {
    & $asOrdinaryUser[0] @($asOrdinaryUser | Select-Object -Skip 1) test -x $pwsh[0] -a -r $pwsh[-1] -a -r $PSHOME/System.Management.Automation.dll -a -r $PSScriptRoot/../../out/LinuxMem/LinuxMem.psd1
    $ordinaryUserCan = $LASTEXITCODE -eq 0
}

$needsOrdinaryUser = Get-Need 'root, setpriv, and PowerShell and the module in folders that every user may read' $ordinaryUserCan
