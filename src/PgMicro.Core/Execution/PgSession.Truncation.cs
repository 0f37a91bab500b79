using PgMicro.Core.Errors;
using PgMicro.Core.Parser;

namespace PgMicro.Core.Execution;

/// <content>Notices of names that are too long.</content>
public sealed partial class PgSession
{
    private void NoteTruncatedNames(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            Notice(new PgNotice("NOTICE", "42622", $"identifier \"{name}\" will be truncated to \"{LongIdentifiers.Truncate(name)}\""));
        }
    }
}
