using System.Runtime.CompilerServices;
using Google.Protobuf;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Parser;

/// <summary>
/// Refuses what the engine would otherwise ignore: a statement passes only if <see cref="FeatureTable"/> lists every part of it that
/// carries a value. It reads the tree as libpg_query encodes it, where a field stands only if it carries one.
/// </summary>
public static class FeatureGate
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    /// <summary>Checks a statement.</summary>
    /// <exception cref="PgException">0A000 naming the clause, at its place; 54001 when nested too deeply.</exception>
    public static void Check(Pg.RawStmt statement) => Check(statement.ToByteArray());

    /// <summary>Checks a statement's encoded RawStmt.</summary>
    /// <exception cref="PgException">0A000 naming the clause, at its place; 54001 when nested too deeply.</exception>
    internal static void Check(ReadOnlySpan<byte> statement) => Check(statement, GateMessage.RawStmt, -1);

    /// <summary>The encoded RawStmts of an encoded ParseResult.</summary>
    internal static List<ReadOnlyMemory<byte>> StatementsOf(byte[] tree)
    {
        var statements = new List<ReadOnlyMemory<byte>>(1);
        ReadOnlySpan<byte> rest = tree;
        while (rest.Length > 0)
        {
            var (number, wire) = ReadTag(ref rest);
            if (wire != LengthDelimited)
            {
                ReadNumber(ref rest, wire);
                continue;
            }

            var length = ReadBytes(ref rest).Length;
            if (number == Pg.ParseResult.StmtsFieldNumber)
            {
                statements.Add(tree.AsMemory(tree.Length - rest.Length - length, length));
            }
        }

        return statements;
    }

    private static void Check(ReadOnlySpan<byte> bytes, GateMessage message, int location)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new PgException(SqlState.StatementTooComplex, "stack depth limit exceeded").At(location);
        }

        if (message.LocationField != 0 || message.HasRejected || message.RejectedAs is not null)
        {
            location = CheckFields(bytes, message, location);
        }

        if (!message.HasChildren)
        {
            return;
        }

        while (bytes.Length > 0)
        {
            var (number, wire) = ReadTag(ref bytes);
            if (wire == LengthDelimited)
            {
                var content = ReadBytes(ref bytes);
                if (message.Field(number)?.Child is { } child)
                {
                    Check(content, child, location);
                }
            }
            else
            {
                ReadNumber(ref bytes, wire);
            }
        }
    }

    /// <summary>Refuses what is to be refused of a message itself; gives its place.</summary>
    private static int CheckFields(ReadOnlySpan<byte> bytes, GateMessage message, int location)
    {
        string? clause = null;
        while (bytes.Length > 0)
        {
            var (number, wire) = ReadTag(ref bytes);
            var field = message.Field(number);
            bool carriesValue;
            if (wire == LengthDelimited)
            {
                // A message counts though it may be empty, a text or list only if it is not.
                carriesValue = ReadBytes(ref bytes).Length > 0 || field is { IsMessage: true };
            }
            else
            {
                var value = ReadNumber(ref bytes, wire);
                if (number == message.LocationField && (int)value > 0)
                {
                    location = (int)value;
                }

                carriesValue = value > (field is { IsEnum: true } ? 1ul : 0ul);
            }

            if (carriesValue && field is null or { Clause: not null })
            {
                clause ??= field?.Clause ?? message.Name;
            }
        }

        return (message.RejectedAs ?? clause) is { } rejected ? throw PgErrors.FeatureNotSupported(rejected, location) : location;
    }

    private static (int Number, int Wire) ReadTag(ref ReadOnlySpan<byte> bytes)
    {
        var tag = (uint)ReadVarint(ref bytes);
        return ((int)(tag >> 3), (int)(tag & 7));
    }

    private static ReadOnlySpan<byte> ReadBytes(ref ReadOnlySpan<byte> bytes)
    {
        var length = (int)ReadVarint(ref bytes);
        var content = bytes[..length];
        bytes = bytes[length..];
        return content;
    }

    private static ulong ReadNumber(ref ReadOnlySpan<byte> bytes, int wire)
    {
        switch (wire)
        {
            case Varint:
                return ReadVarint(ref bytes);
            case Fixed64:
                var eight = BitConverter.ToUInt64(bytes);
                bytes = bytes[sizeof(ulong)..];
                return eight;
            case Fixed32:
                var four = BitConverter.ToUInt32(bytes);
                bytes = bytes[sizeof(uint)..];
                return four;
            default:
                throw new InvalidDataException($"A parse tree has a field of wire type {wire}.");
        }
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0ul;
        for (var (i, shift) = (0, 0); ; i++, shift += 7)
        {
            var b = bytes[i];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
    }
}
