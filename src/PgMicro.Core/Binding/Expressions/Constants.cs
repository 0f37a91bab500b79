using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Constants that binding makes itself.</summary>
internal static class Constants
{
    public static BoundConst Int4(int value, int location = -1) => new() { Type = TypeOid.Int4, Value = PgDatum.FromInt64(value), Location = location };

    public static BoundConst Bool(bool value, int location = -1) => new() { Type = TypeOid.Bool, Value = PgDatum.FromBoolean(value), Location = location };

    public static BoundConst Null(uint type, int typmod = -1, uint collation = 0, int location = -1) =>
        new() { Type = type, Typmod = typmod, Collation = collation, Location = location };

    public static BoundConst Text(string value, int location = -1) =>
        new() { Type = TypeOid.Text, Collation = 100, Value = PgDatum.FromText(value), Location = location };

    /// <summary>A literal whose type the context will decide.</summary>
    public static BoundConst Unknown(string value, int location) => new() { Type = TypeOid.Unknown, Value = PgDatum.FromText(value), Location = location };
}
