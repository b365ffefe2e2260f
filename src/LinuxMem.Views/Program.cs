using System.Xml.Linq;
using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Views;

/// <summary>The build step that writes the formatting file of the module.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    private static int Main(string[] arguments)
    {
        if (arguments is not [var target])
        {
            Console.Error.WriteLine("Usage: LinuxMem.Views TARGET_FILE");
            return WrongUsage;
        }

        try
        {
            // Without line breaks, which cost time at every import.
            FormatFile.Create(Reported.Things).Save(target, SaveOptions.DisableFormatting);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // MSBuild recognises this format as an error.
            Console.Error.WriteLine($"LinuxMem.Views: error VIEWS: {e.Message}");
            return Failed;
        }
    }
}
