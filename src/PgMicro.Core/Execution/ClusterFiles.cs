using System.Text;

namespace PgMicro.Core.Execution;

/// <summary>The files of a cluster: a database's name is its file's, with what file systems do not take written as %XX.</summary>
internal sealed class ClusterFiles(string folder, string extension)
{
    internal const string DefaultExtension = ".db";

    private static readonly string[] Companions = ["", "-wal", "-shm", Transactions.WriterMark.Suffix];

    /// <summary>The folder.</summary>
    internal string Folder => folder;

    /// <summary>The file of a database.</summary>
    internal string PathOf(string name) => Path.Combine(folder, Encode(name) + extension);

    /// <summary>A file to write a database to before it gets its name.</summary>
    internal string NewPath() => Path.Combine(folder, $".{Guid.NewGuid():N}{extension}.new");

    internal bool Exists(string name) => File.Exists(PathOf(name));

    /// <summary>The names of the files that may be databases.</summary>
    internal IEnumerable<string> Names()
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*" + extension))
        {
            var name = Path.GetFileName(file)[..^extension.Length];
            if (name.Length > 0 && name[0] != '.')
            {
                yield return Decode(name);
            }
        }
    }

    /// <summary>Removes a database's files.</summary>
    internal static void Delete(string path)
    {
        foreach (var companion in Companions)
        {
            File.Delete(path + companion);
        }
    }

    /// <summary>Gives a database that nobody has open another file name.</summary>
    internal static void Move(string from, string to)
    {
        // The log goes first: without its file it says nothing, and without its log a file would have lost commits.
        foreach (var companion in (ReadOnlySpan<string>)["-wal", ""])
        {
            if (File.Exists(from + companion))
            {
                File.Move(from + companion, to + companion);
            }
        }

        File.Delete(from + "-shm");
    }

    /// <summary>The name of the database of a file.</summary>
    internal static string NameOf(string path) => Decode(Path.GetFileNameWithoutExtension(path));

    private static bool IsPlain(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or '$' or '+' or '@';

    private static string Encode(string name)
    {
        var plain = name[0] != '.';
        foreach (var c in name)
        {
            plain &= IsPlain(c);
        }

        if (plain)
        {
            return name;
        }

        var text = new StringBuilder();
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.IsBmp && IsPlain((char)rune.Value) && !(text.Length == 0 && rune.Value == '.'))
            {
                text.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                text.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }

    private static string Decode(string file) => file.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(file) : file;
}
