using System.Buffers;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>aclitem: TEXT in the output form, "joe=r*w/postgres". Role names, not numbers: renaming a role rewrites the lists.</summary>
public sealed class AclitemCodec : PgTypeCodec
{
    private const uint BootstrapSuperuser = 10;

    /// <inheritdoc/>
    public override uint Oid => TypeOid.Aclitem;

    /// <inheritdoc/>
    public override string Name => "aclitem";

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => SqliteColumnType.Text;

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context)
    {
        var (grantee, modes, grantor) = AclText.Split(Encoding.UTF8.GetString(text));
        Check(grantee, context);
        Check(grantor, context);
        var result = new StringBuilder(AclText.Quote(grantee)).Append('=');
        foreach (var letter in AclText.Letters)
        {
            var at = modes.IndexOf(letter, StringComparison.Ordinal);
            if (at >= 0)
            {
                result.Append(letter).Append(at + 1 < modes.Length && modes[at + 1] == '*' ? "*" : "");
            }
        }

        // Without a grantor it is the bootstrap superuser.
        var giver = grantor ?? context.Reg?.Format(TypeOid.RegRole, BootstrapSuperuser) ?? "postgres";
        return PgDatum.FromText(result.Append('/').Append(AclText.Quote(giver)).ToString());
    }

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => writer.Write(value.Bytes);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) =>
        throw new PgException(SqlState.UndefinedFunction, "no binary input function available for type aclitem");

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) =>
        throw new PgException(SqlState.UndefinedFunction, "no binary output function available for type aclitem");

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => PgDatum.FromText(text.ToArray());

    private static void Check(string? role, TypeContext context)
    {
        if (!string.IsNullOrEmpty(role))
        {
            context.Reg?.Parse(TypeOid.RegRole, "\"" + role.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"");
        }
    }
}
