using System.Globalization;
using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>Addresses of what no statement names by itself: parts of operator families and publications, user mappings, default privileges.</summary>
internal static class MemberAddresses
{
    /// <summary>The object; null when it is of no such kind.</summary>
    internal static ObjectAddress? Find(ParseState pstate, string kind, string[] names, string[] arguments)
    {
        switch (kind)
        {
            case "operator of access method" or "function of access method":
                AtLeast(names, 3);
                Exactly("argument", arguments, 2);
                return OfFamily(pstate, kind[0] == 'o', names, arguments);
            case "user mapping":
                Exactly("name", names, 1);
                Exactly("argument", arguments, 1);
                return UserMapping(pstate, names[0], arguments[0]);
            case "default acl":
                AtLeast(names, 1);
                Exactly("argument", arguments, 1);
                return DefaultAcl(pstate, names, arguments[0]);
            case "publication namespace":
                Exactly("name", names, 1);
                Exactly("argument", arguments, 1);
                return PublishedSchema(pstate, names[0], arguments[0]);
            case "publication relation":
                AtLeast(names, 1);
                Exactly("argument", arguments, 1);
                return PublishedTable(pstate, names, arguments[0]);
            default:
                return null;
        }
    }

    /// <exception cref="PgException">22023.</exception>
    internal static void Exactly(string what, string[] items, int count)
    {
        if (items.Length != count)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"{what} list length must be exactly {count}");
        }
    }

    /// <exception cref="PgException">22023.</exception>
    internal static void AtLeast(string[] items, int count)
    {
        if (items.Length < count)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"name list length must be at least {count}");
        }
    }

    private static ObjectAddress OfFamily(ParseState pstate, bool isOperator, string[] names, string[] arguments)
    {
        var family = ObjectLookup.Find(pstate, Pg.ObjectType.ObjectOpfamily, List(names[..^1])).ObjectId;
        var number = Number(names[^1]);
        var types = arguments.Select(TypeNameText.Parse).ToArray();
        foreach (var type in types)
        {
            type.Location = -1;
        }

        var oids = types.Select(t => TypeNames.ResolveOid(pstate, t)).ToArray();
        ObjectAddress? found = isOperator
            ? pstate.Catalog.Rows(PgAmop.Relation).FirstOrDefault(r => r.amopfamily == family && r.amoplefttype == oids[0] && r.amoprighttype == oids[1] && r.amopstrategy == number) is { } op
                ? new(PgAmop.RelationOid, op.oid) : null
            : pstate.Catalog.Rows(PgAmproc.Relation).FirstOrDefault(r => r.amprocfamily == family && r.amproclefttype == oids[0] && r.amprocrighttype == oids[1] && r.amprocnum == number) is { } proc
                ? new(PgAmproc.RelationOid, proc.oid) : null;
        return found ?? throw Missing(string.Create(
            CultureInfo.InvariantCulture,
            $"{(isOperator ? "operator" : "function")} {number} ({TypeNames.ToString(pstate, types[0])}, {TypeNames.ToString(pstate, types[1])}) of {ObjectDescriptions.Describe(pstate.Catalog, new(PgOpfamily.RelationOid, family), pstate.SearchPath)}"));
    }

    // atoi: what begins as no number is 0.
    private static int Number(string text) =>
        int.TryParse(new string([.. text.TrimStart().TakeWhile(char.IsAsciiDigit)]), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static ObjectAddress UserMapping(ParseState pstate, string user, string server)
    {
        if ((user == "public" ? 0 : pstate.Catalog.FindRole(user)?.oid) is not { } role)
        {
            throw Missing($"user mapping for user \"{user}\" on server \"{server}\"");
        }

        var found = ObjectLookup.Find(pstate, Pg.ObjectType.ObjectForeignServer, String(server)).ObjectId;
        return pstate.Catalog.UserRowsOf(PgUserMapping.Relation).FirstOrDefault(m => m.umuser == role && m.umserver == found) is { } mapping
            ? new(PgUserMapping.RelationOid, mapping.oid)
            : throw Missing($"user mapping for user \"{user}\" on server \"{server}\"");
    }

    private static ObjectAddress DefaultAcl(ParseState pstate, string[] names, string type)
    {
        var what = type switch
        {
            "r" => "tables",
            "S" => "sequences",
            "f" => "functions",
            "T" => "types",
            "n" => "schemas",
            _ => throw new PgException(SqlState.InvalidParameterValue, $"unrecognized default ACL object type \"{type}\"")
                .WithHint("Valid object types are \"r\", \"S\", \"f\", \"T\", \"n\"."),
        };
        var role = pstate.Catalog.FindRole(names[0])?.oid;
        var schema = names.Length > 1 ? pstate.Catalog.FindNamespace(names[1])?.oid : 0;
        return pstate.Catalog.UserRowsOf(PgDefaultAcl.Relation).FirstOrDefault(a => a.defaclrole == role && a.defaclnamespace == schema && a.defaclobjtype == type[0]) is { } acl
            ? new(PgDefaultAcl.RelationOid, acl.oid)
            : throw Missing($"default ACL for user \"{names[0]}\"{(names.Length > 1 ? $" in schema \"{names[1]}\"" : "")} on {what}");
    }

    private static ObjectAddress PublishedSchema(ParseState pstate, string schema, string publication)
    {
        var space = ObjectLookup.Find(pstate, Pg.ObjectType.ObjectSchema, String(schema)).ObjectId;
        var of = ObjectLookup.Find(pstate, Pg.ObjectType.ObjectPublication, String(publication)).ObjectId;
        return pstate.Catalog.UserRowsOf(PgPublicationNamespace.Relation).FirstOrDefault(n => n.pnpubid == of && n.pnnspid == space) is { } row
            ? new(PgPublicationNamespace.RelationOid, row.oid)
            : throw Missing($"publication schema \"{schema}\" in publication \"{publication}\"");
    }

    private static ObjectAddress PublishedTable(ParseState pstate, string[] names, string publication)
    {
        var table = ObjectLookup.Relation(pstate, names, missingOk: false)!;
        var of = ObjectLookup.Find(pstate, Pg.ObjectType.ObjectPublication, String(publication)).ObjectId;
        return pstate.Catalog.Find(PgPublicationRel.ByRelation, new(table.oid)).FirstOrDefault(r => r.prpubid == of) is { } row
            ? new(PgPublicationRel.RelationOid, row.oid)
            : throw Missing($"publication relation \"{table.relname}\" in publication \"{publication}\"");
    }

    private static PgException Missing(string what) => new(SqlState.UndefinedObject, what + " does not exist");

    private static Pg.Node String(string text) => new() { String = new Pg.String { Sval = text } };

    private static Pg.Node List(string[] names)
    {
        var list = new Pg.List();
        list.Items.AddRange(names.Select(String));
        return new Pg.Node { List = list };
    }
}
