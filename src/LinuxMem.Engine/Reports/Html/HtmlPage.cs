using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace LinuxMem.Engine.Reports.Html;

/// <summary>
/// Puts the page together: its own markup, style and script, Apache ECharts, and the data. Its policy lets those two scripts run and
/// that style apply, by their hashes, and nothing be loaded or sent; data is a block that nobody executes.
/// </summary>
internal static class HtmlPage
{
    private const string DataMark = "<!--data-->";

    public static void Write(Stream output, ReadOnlyMemory<byte> json)
    {
        string charts = Read("echarts.js.gz", packed: true);
        string style = Read("page.css");
        string script = Read("page.js");
        string page = Read("page.html")
            .Replace("<!--policy-->", $"default-src 'none'; script-src {Hash(charts)} {Hash(script)}; style-src {Hash(style)}; base-uri 'none'; form-action 'none'", StringComparison.Ordinal)
            .Replace("<!--style-->", style, StringComparison.Ordinal)
            .Replace("<!--licences-->", System.Net.WebUtility.HtmlEncode(Read("THIRD-PARTY-NOTICES.txt")), StringComparison.Ordinal)
            .Replace("<!--charts-->", charts, StringComparison.Ordinal)
            .Replace("<!--script-->", script, StringComparison.Ordinal);
        int place = page.IndexOf(DataMark, StringComparison.Ordinal);
        output.Write(Encoding.UTF8.GetBytes(page[..place]));
        output.Write(json.Span);
        output.Write(Encoding.UTF8.GetBytes(page[(place + DataMark.Length)..]));
    }

    /// <summary>A file that the build put into the assembly.</summary>
    private static string Read(string name, bool packed = false)
    {
        Stream file = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using Stream text = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(text, Encoding.UTF8);

        // A browser hashes what it reads, and reads CR LF as LF.
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
