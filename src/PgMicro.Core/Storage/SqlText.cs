using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PgMicro.Core.Storage;

/// <summary>
/// A SQLite statement's text, hashed and encoded once. Plans hold one, so that finding their statement in a connection's
/// cache costs neither hashing nor encoding.
/// </summary>
internal sealed class SqlText : IEquatable<SqlText>
{
    private readonly int _hash;
    private byte[]? _utf8;

    internal SqlText(string sql)
    {
        Sql = sql;
        _hash = string.GetHashCode(sql);
    }

    internal string Sql { get; }

    /// <summary>The text in UTF-8, zero-terminated (the terminator is part of the array).</summary>
    internal byte[] Utf8
    {
        get
        {
            if (_utf8 is { } bytes)
            {
                return bytes;
            }

            bytes = new byte[Encoding.UTF8.GetByteCount(Sql) + 1];
            Encoding.UTF8.GetBytes(Sql, bytes);
            return _utf8 = bytes;
        }
    }

    public bool Equals(SqlText? other) =>
        ReferenceEquals(this, other) || (other is not null && other._hash == _hash && other.Sql == Sql);

    public override bool Equals(object? obj) => Equals(obj as SqlText);

    public override int GetHashCode() => _hash;

    public override string ToString() => Sql;

    /// <summary>Lets a dictionary keyed by <see cref="SqlText"/> be asked with a plain string.</summary>
    internal sealed class Comparer : IEqualityComparer<SqlText>, IAlternateEqualityComparer<string, SqlText>
    {
        internal static readonly Comparer Instance = new();

        public bool Equals(SqlText? x, SqlText? y) => x is null ? y is null : x.Equals(y);

        public int GetHashCode([DisallowNull] SqlText obj) => obj._hash;

        public bool Equals(string alternate, SqlText other) => other.Sql == alternate;

        public int GetHashCode(string alternate) => string.GetHashCode(alternate);

        public SqlText Create(string alternate) => new(alternate);
    }
}
