using PgMicro.Core.Types;
using PgMicro.Server.Protocol;

namespace PgMicro.Server.Messages.Frontend;

/// <summary>Parse (P): makes a prepared statement.</summary>
internal readonly record struct ParseMessage(string StatementName, string Sql, uint[] ParameterTypes)
{
    internal const byte Type = (byte)'P';

    internal static ParseMessage Read(ReadOnlySpan<byte> payload, ClientEncoding? encoding)
    {
        var reader = new PayloadReader(payload, encoding);
        var name = reader.CString();
        var sql = reader.CString();
        var count = (ushort)reader.Int16();
        var types = count == 0 ? [] : new uint[count];
        for (var i = 0; i < count; i++)
        {
            types[i] = (uint)reader.Int32();
        }

        reader.End();
        return new ParseMessage(name, sql, types);
    }
}
