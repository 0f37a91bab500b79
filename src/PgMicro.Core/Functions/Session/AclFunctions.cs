using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Functions on aclitem and lists of them.</summary>
internal static class AclFunctions
{
    [PgSetFunction("aclexplode(aclitem[])")]
    public static IEnumerable<PgDatum[]> Explode(FunctionContext context, PgDatum list) =>
        Items(context, list).SelectMany(static item => AclModes.Each(item.Privileges).Select(mode => new[]
        {
            PgDatum.FromInt64(item.Grantor), PgDatum.FromInt64(item.Grantee), PgDatum.FromText(AclModes.Word(mode)),
            PgDatum.FromBoolean((item.GrantOptions & mode) != 0),
        }));

    [PgFunction("acldefault(\"char\",oid)")]
    public static PgDatum Default(FunctionContext context, string kind, uint owner)
    {
        if (kind is not ("c" or "r" or "s" or "d" or "f" or "l" or "L" or "n" or "p" or "t" or "F" or "S" or "T"))
        {
            throw new PgException(SqlState.InternalError, $"unrecognized object type abbreviation: {kind}");
        }

        return PgDatum.FromText(Acl.Format(context.Catalog, Acl.Default(kind[0], owner)));
    }

    [PgFunction("makeaclitem(oid,oid,text,boolean)")]
    public static PgDatum Make(FunctionContext context, uint grantee, uint grantor, string privileges, bool isGrantable)
    {
        var mode = AclMode.None;
        foreach (var part in privileges.Split(','))
        {
            mode |= AclModes.Find(part.Trim())
                ?? throw new PgException(SqlState.InvalidParameterValue, $"unrecognized privilege type: \"{part.Trim()}\"");
        }

        return PgDatum.FromText(new AclItem(grantee, grantor, mode, isGrantable ? mode : 0).Format(context.Catalog));
    }

    [PgFunction("aclcontains(aclitem[],aclitem)")]
    public static bool Contains(FunctionContext context, PgDatum list, PgDatum item)
    {
        var wanted = AclItem.Parse(context.Catalog, item.GetString());
        return Items(context, list).Exists(i =>
            i.Grantee == wanted.Grantee && i.Grantor == wanted.Grantor && (i.Privileges & wanted.Privileges) == wanted.Privileges
            && (i.GrantOptions & wanted.GrantOptions) == wanted.GrantOptions);
    }

    [PgFunction("aclitemeq(aclitem,aclitem)")]
    public static bool Equal(PgDatum a, PgDatum b) => a.Bytes.SequenceEqual(b.Bytes);

    [PgFunction("aclinsert(aclitem[],aclitem)")]
    public static PgDatum Insert(PgDatum list, PgDatum item) => throw new PgException(SqlState.FeatureNotSupported, "aclinsert is no longer supported");

    [PgFunction("aclremove(aclitem[],aclitem)")]
    public static PgDatum Remove(PgDatum list, PgDatum item) => throw new PgException(SqlState.FeatureNotSupported, "aclremove is no longer supported");

    private static List<AclItem> Items(FunctionContext context, PgDatum list) => Acl.Parse(context.Catalog, list.GetString());
}
