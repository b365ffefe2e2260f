using LinuxMem.Help.Pages;

namespace LinuxMem.Unit.Help;

/// <summary>Pages for the tests: a whole one on a cmdlet, and what is made of texts.</summary>
internal static class Page
{
    public const string Cmdlet = """
        ---
        document type: cmdlet
        external help file: Some.dll-Help.xml
        title: Get-Thing
        ---

        # Get-Thing

        ## SYNOPSIS

        Gets `things`, and <https://example.org/>.

        ## SYNTAX

        ### Name (Default)

        ```
        Get-Thing [[-Name] <string[]>] [-Size <long>] [-Quick]
        ```

        ### Id

        ```
        Get-Thing -Id <int[]> [-Size <long>] [-Quick]
        ```

        ## ALIASES

        ## DESCRIPTION

        First *paragraph* over
        two lines.

        - one
        - two

        ## EXAMPLES

        ### Example 1: Things

        All of them.

        ```powershell
        Get-Thing |
            Sort-Object
        ```

        ```Output
        A  1
        B  2
        ```

        And so on.

        ## PARAMETERS

        ### -Id

        Numbers of things.

        ```yaml
        Type: System.Int32[]
        DefaultValue: ''
        SupportsWildcards: false
        Aliases:
        - Number
        ParameterSets:
        - Name: Id
          Position: Named
          IsRequired: true
          ValueFromPipeline: true
          ValueFromPipelineByPropertyName: true
          ValueFromRemainingArguments: false
        DontShow: false
        AcceptedValues: []
        HelpMessage: ''
        ```

        ### -Name

        Names of things.

        ```yaml
        Type: System.String[]
        SupportsWildcards: true
        ParameterSets:
        - Name: Name
          Position: 0
        ```

        ### -Quick

        Does it quickly.

        ```yaml
        Type: System.Management.Automation.SwitchParameter
        DefaultValue: False
        ParameterSets:
        - Name: (All)
          Position: Named
        ```

        ### -Size

        The size, one of two.

        ```yaml
        Type: System.Nullable`1[System.Int64]
        DefaultValue: 1
        ParameterSets:
        - Name: (All)
          Position: Named
        AcceptedValues:
        - 1
        - 2
        ```

        ### CommonParameters

        The usual ones.

        ## INPUTS

        ### System.Int32[]

        Numbers.

        ## OUTPUTS

        ### Some.Thing

        A thing.

        ## NOTES

        | id | when |
        |---|---|
        | Lost | it is not there |

        ## RELATED LINKS

        - [about_Things](about_Things.md)
        - [The web](https://example.org/)

        """;

    public static MarkdownPage Read(string name, string text) => MarkdownPage.Parse($"/docs/{name}.md", text);

    public static CommandHelp Command(string text) => CommandPage.Parse(Read("Get-Thing", text));

    public static string About(string text) => AboutPage.From(Read("about_Things", "# about_Things\n\n## SHORT DESCRIPTION\n\nWhat things are.\n\n## LONG DESCRIPTION\n\n" + text)).Text;
}
