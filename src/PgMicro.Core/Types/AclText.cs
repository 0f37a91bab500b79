using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>The text form of an entry of an access control list: "joe=r*w/postgres".</summary>
internal static class AclText
{
    /// <summary>The privileges' letters in the order of PostgreSQL's bits.</summary>
    internal const string Letters = "arwdDxtXUCTcsAm";

    /// <summary>Takes a text form apart; the grantor may be missing.</summary>
    /// <exception cref="PgException">22P02.</exception>
    internal static (string Grantee, string Modes, string? Grantor) Split(string text)
    {
        var position = 0;
        var grantee = ReadName(text, ref position);
        if (position < text.Length && text[position] != '=')
        {
            // An optional key word before the name.
            if (grantee is not ("group" or "user"))
            {
                throw new PgException(SqlState.InvalidTextRepresentation, $"unrecognized key word: \"{grantee}\"").WithHint("ACL key word must be \"group\" or \"user\".");
            }

            grantee = ReadName(text, ref position);
            if (grantee.Length == 0)
            {
                throw new PgException(SqlState.InvalidTextRepresentation, "missing name").WithHint("A name must follow the \"group\" or \"user\" key word.");
            }
        }

        if (position >= text.Length || text[position] != '=')
        {
            throw position >= text.Length && grantee is not ("group" or "user") && grantee.Length > 0
                ? new PgException(SqlState.InvalidTextRepresentation, $"unrecognized key word: \"{grantee}\"").WithHint("ACL key word must be \"group\" or \"user\".")
                : new PgException(SqlState.InvalidTextRepresentation, "missing \"=\" sign");
        }

        var start = ++position;
        while (position < text.Length && (text[position] == '*' || char.IsAsciiLetter(text[position])))
        {
            if (text[position] != '*' && !Letters.Contains(text[position]))
            {
                throw new PgException(SqlState.InvalidTextRepresentation, $"invalid mode character: must be one of \"{Letters}\"");
            }

            position++;
        }

        var modes = text[start..position];
        string? grantor = null;
        if (position < text.Length && text[position] == '/')
        {
            position++;
            grantor = ReadName(text, ref position);
            if (grantor.Length == 0)
            {
                throw new PgException(SqlState.InvalidTextRepresentation, "a name must follow the \"/\" sign");
            }
        }

        return text[position..].Trim().Length == 0
            ? (grantee, modes, grantor)
            : throw new PgException(SqlState.InvalidTextRepresentation, "extra garbage at the end of the ACL specification");
    }

    /// <summary>A role's name as it stands in a list: quoted when it has other characters than letters, digits and underscores.</summary>
    internal static string Quote(string name) =>
        name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_' || c > 127) ? name : "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string ReadName(string text, ref int position)
    {
        while (position < text.Length && text[position] == ' ')
        {
            position++;
        }

        var name = new StringBuilder();
        var quoted = false;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (c == '"')
            {
                if (quoted && position + 1 < text.Length && text[position + 1] == '"')
                {
                    name.Append('"');
                    position++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (quoted || char.IsAsciiLetterOrDigit(c) || c == '_' || c > 127)
            {
                name.Append(c);
            }
            else
            {
                break;
            }
        }

        return name.ToString();
    }
}
