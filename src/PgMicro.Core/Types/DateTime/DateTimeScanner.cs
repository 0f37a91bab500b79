namespace PgMicro.Core.Types.DateTime;

internal enum FieldKind
{
    Date,
    Time,
    Zone,
    Number,
    Word,
    Special,
}

/// <summary>Cuts datetime input into fields as ParseDateTime does.</summary>
internal static class DateTimeScanner
{
    private const int MaxFields = 25;
    private const int MaxLength = 128 + 25;

    public static DateTimeError Scan(ReadOnlySpan<byte> text, List<(FieldKind Kind, string Text)> fields)
    {
        var i = 0;
        var total = 0;
        while (i < text.Length)
        {
            var c = text[i];
            if (Ascii.IsSpace(c))
            {
                i++;
                continue;
            }

            if (fields.Count >= MaxFields)
            {
                return DateTimeError.BadFormat;
            }

            var start = i;
            FieldKind kind;
            if (Ascii.IsDigit(c))
            {
                kind = Number(text, ref i);
            }
            else if (c == '.')
            {
                i++;
                Digits(text, ref i);
                kind = FieldKind.Number;
            }
            else if (Ascii.IsAlpha(c))
            {
                kind = FieldKind.Word;
                Letters(text, ref i);
                var next = At(text, i);
                var date = next is (byte)'-' or (byte)'/' or (byte)'.'
                    || ((next == '+' || Ascii.IsDigit(next)) && DateTimeTokens.Date(Lower(text[start..i])).Kind == TokenKind.Unknown);
                if (date)
                {
                    kind = FieldKind.Date;
                    do
                    {
                        i++;
                        next = At(text, i);
                    }
                    while (next is (byte)'+' or (byte)'-' or (byte)'/' or (byte)'_' or (byte)'.' or (byte)':' || Ascii.IsAlphaNumeric(next));
                }
            }
            else if (c is (byte)'+' or (byte)'-')
            {
                // White space between a sign and what follows is dropped.
                i++;
                while (i < text.Length && Ascii.IsSpace(text[i]))
                {
                    i++;
                }

                var body = i;
                if (Ascii.IsDigit(At(text, i)))
                {
                    kind = FieldKind.Zone;
                    while (Ascii.IsDigit(At(text, i)) || At(text, i) is (byte)':' or (byte)'.' or (byte)'-')
                    {
                        i++;
                    }
                }
                else if (Ascii.IsAlpha(At(text, i)))
                {
                    kind = FieldKind.Special;
                    Letters(text, ref i);
                }
                else
                {
                    return DateTimeError.BadFormat;
                }

                fields.Add((kind, (char)c + Lower(text[body..i])));
                continue;
            }
            else if (c is > 0x20 and < 0x7F)
            {
                i++;
                continue;
            }
            else
            {
                return DateTimeError.BadFormat;
            }

            total += i - start + 1;
            if (total > MaxLength)
            {
                return DateTimeError.BadFormat;
            }

            fields.Add((kind, Lower(text[start..i])));
        }

        return DateTimeError.None;
    }

    private static FieldKind Number(ReadOnlySpan<byte> text, ref int i)
    {
        Digits(text, ref i);
        var next = At(text, i);
        if (next == ':')
        {
            while (Ascii.IsDigit(At(text, i)) || At(text, i) is (byte)':' or (byte)'.')
            {
                i++;
            }

            return FieldKind.Time;
        }

        if (next is not ((byte)'-' or (byte)'/' or (byte)'.'))
        {
            return FieldKind.Number;
        }

        i++;
        if (!Ascii.IsDigit(At(text, i)))
        {
            while (Ascii.IsAlphaNumeric(At(text, i)) || At(text, i) == next)
            {
                i++;
            }

            return FieldKind.Date;
        }

        Digits(text, ref i);
        if (At(text, i) != next)
        {
            return next == '.' ? FieldKind.Number : FieldKind.Date;
        }

        while (Ascii.IsDigit(At(text, i)) || At(text, i) == next)
        {
            i++;
        }

        return FieldKind.Date;
    }

    private static byte At(ReadOnlySpan<byte> text, int i) => i < text.Length ? text[i] : (byte)0;

    private static void Digits(ReadOnlySpan<byte> text, ref int i)
    {
        while (i < text.Length && Ascii.IsDigit(text[i]))
        {
            i++;
        }
    }

    private static void Letters(ReadOnlySpan<byte> text, ref int i)
    {
        while (i < text.Length && Ascii.IsAlpha(text[i]))
        {
            i++;
        }
    }

    private static string Lower(ReadOnlySpan<byte> text) =>
        string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                to[i] = (char)Ascii.ToLower(from[i]);
            }
        });
}
