using PgMicro.Core.Errors;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>Format codes: 0 is text, 1 is binary.</summary>
internal static class FormatCodes
{
    /// <summary>Whether a code says binary.</summary>
    /// <exception cref="PgException">22023 for any other.</exception>
    internal static bool IsBinary(short code) => code switch
    {
        0 => false,
        1 => true,
        _ => throw new PgException(SqlState.InvalidParameterValue, $"unsupported format code: {code}"),
    };
}
