using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using LinuxMem.Cli.Commands;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Cli;

/// <summary>
/// The entry point: parses the arguments, runs the command, and turns every failure into a message and an exit code.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        using var streams = new StandardStreams();
        try
        {
            int code = Run(args, streams, out bool isStopped);
            if (!isStopped)
            {
                // Nobody may read what a stopped command has left, and then this would wait.
                streams.Out.Flush();
            }

            return code;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The engine wraps its own I/O errors, so this one is of stdout (a full disk).
            return Fail(streams, $"The output could not be written: {e.Message}", ExitCode.Failed);
        }
        catch (OutOfMemoryException)
        {
            return Fail(streams, "There is not enough memory for this scan. Run it when more is free.", ExitCode.Failed);
        }
    }

    private static int Run(string[] args, StandardStreams streams, out bool isStopped)
    {
        isStopped = false;
        using var signals = new StopSignals();
        RootCommand root = Root(streams, signals);

        // No response files: a value may begin with '@'.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return RefuseUsage(streams, parsed);
        }

        try
        {
            // Whatever the command waits for, a signal ends the program.
            return AbandonableCall.Run(
                _ => parsed.Invoke(new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = streams.Out,
                    Error = streams.Error,
                }),
                signals.Token);
        }
        catch (OperationCanceledException) when (signals.ExitCode is int code)
        {
            isStopped = true;
            return code;
        }
        catch (FilterSyntaxException e)
        {
            Fail(streams, e.Problem, ExitCode.WrongUsage);
            Array.ForEach(e.Excerpt.Split('\n'), streams.Say);
            return ExitCode.WrongUsage;
        }
        catch (LinuxMemException e)
        {
            return Fail(streams, e.Message, e.Kind switch
            {
                LinuxMemError.InvalidArgument or LinuxMemError.InvalidFilter => ExitCode.WrongUsage,
                _ => ExitCode.Failed,
            });
        }
    }

    private static RootCommand Root(StandardStreams streams, StopSignals signals)
    {
        RootCommand root = Commands(streams, signals);
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new ColumnHelp((HelpAction)help.Action!, streams);
        }

        return root;
    }

    private static RootCommand Commands(StandardStreams streams, StopSignals signals) =>
        new("Tells how much memory groups of processes really use: every physical page counts once per group.")
        {
            new GroupsCommand(streams, signals.Token),
            new ProcessesCommand(streams, signals.Token),
            new MappingsCommand(streams, signals.Token),
            new SharingCommand(streams, signals.Token),
            new SharedCommand(streams, signals.Token),
            new WatchCommand(streams, signals.Token),
            new MachineCommand(streams, signals.Token),
            new CgroupsCommand(streams, signals.Token),
            new TmpfsCommand(streams, signals.Token),
            new ShmCommand(streams, signals.Token),
            new OracleCommand(streams, signals.Token),
            new PostgresCommand(streams, signals.Token),
            new HugePagesCommand(streams, signals.Token),
            new HtmlReportCommand(streams, signals.Token),
            new SnapshotCommand(streams, signals.Token),
        };

    private static int RefuseUsage(StandardStreams streams, ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command is RootCommand)
        {
            // The parser reports two errors for an unknown command; show one.
            string what = parsed.UnmatchedTokens is [string first, ..] ? $"'{first}' is not a command or option." : "A command is missing.";
            streams.Say($"linuxmem: {what} Commands: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.");
            streams.Say("Try 'linuxmem --help'.");
            return ExitCode.WrongUsage;
        }

        foreach (ParseError error in parsed.Errors)
        {
            Fail(streams, error.Message, ExitCode.WrongUsage);
        }

        streams.Say($"Try 'linuxmem {command.Name} --help'.");
        return ExitCode.WrongUsage;
    }

    private static int Fail(StandardStreams streams, string message, int code)
    {
        streams.Say($"linuxmem: {message}");
        return code;
    }
}
