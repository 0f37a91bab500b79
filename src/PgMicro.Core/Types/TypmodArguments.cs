using System.Text;

namespace PgMicro.Core.Types;

/// <summary>Type modifiers as written between parentheses after a type name.</summary>
internal static class TypmodArguments
{
    /// <summary>Reads them as integers.</summary>
    /// <exception cref="Errors.PgException">22P02 or 22003 as int4 input raises.</exception>
    public static int[] Integers(IReadOnlyList<string> arguments)
    {
        var values = new int[arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (int)IntegerText.Parse(Encoding.UTF8.GetBytes(arguments[i]), int.MaxValue, "integer");
        }

        return values;
    }
}
