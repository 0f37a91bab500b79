using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.OperatorFamilies;

/// <summary>Rows of pg_amop and pg_amproc, and what they depend on.</summary>
internal static class FamilyMembers
{
    /// <summary>Writes the members of a family.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="members">The members.</param>
    /// <param name="rules">The access method.</param>
    /// <param name="family">The family.</param>
    /// <param name="opclass">The class that is being made; null for ALTER OPERATOR FAMILY.</param>
    /// <param name="written">The family's name as it was written.</param>
    internal static void Store(DdlContext ddl, List<FamilyMember> members, AccessMethodRules rules, PgOpfamily family, PgOpclass? opclass, string written)
    {
        foreach (var member in members.Where(static m => !m.IsFunction).Concat(members.Where(static m => m.IsFunction)))
        {
            if (opclass is null && Find(ddl, family.oid, member) is not null)
            {
                throw new PgException(SqlState.DuplicateObject, $"{Shown(ddl, member)} already exists in operator family \"{written}\"");
            }

            var row = member.IsFunction
                ? new ObjectAddress(PgAmproc.RelationOid, ddl.Put(new PgAmproc
                {
                    oid = ddl.NewOid(),
                    amprocfamily = family.oid,
                    amproclefttype = member.Left,
                    amprocrighttype = member.Right,
                    amprocnum = (short)member.Number,
                    amproc = member.Object,
                }).oid)
                : new ObjectAddress(PgAmop.RelationOid, ddl.Put(new PgAmop
                {
                    oid = ddl.NewOid(),
                    amopfamily = family.oid,
                    amoplefttype = member.Left,
                    amoprighttype = member.Right,
                    amopstrategy = (short)member.Number,
                    amoppurpose = member.SortFamily == 0 ? 's' : 'o',
                    amopopr = member.Object,
                    amopmethod = rules.Method.oid,
                    amopsortfamily = member.SortFamily,
                }).oid);
            Depend(ddl, row, member, rules, family, opclass);
        }
    }

    /// <summary>ALTER OPERATOR FAMILY DROP of one member.</summary>
    /// <exception cref="PgException">42704, 2BP01.</exception>
    internal static void Drop(DdlContext ddl, FamilyMember member, PgOpfamily family, string written)
    {
        var found = Find(ddl, family.oid, member)
            ?? throw new PgException(SqlState.UndefinedObject, $"{Shown(ddl, member)} does not exist in operator family \"{written}\"");
        Ddl.Drop.Perform(ddl, [found], Pg.DropBehavior.DropRestrict);
    }

    private static ObjectAddress? Find(DdlContext ddl, uint family, FamilyMember member) => member.IsFunction
        ? ddl.Catalog.Rows(PgAmproc.Relation).FirstOrDefault(r =>
            r.amprocfamily == family && r.amproclefttype == member.Left && r.amprocrighttype == member.Right && r.amprocnum == member.Number) is { } function
            ? new(PgAmproc.RelationOid, function.oid) : null
        : ddl.Catalog.Rows(PgAmop.Relation).FirstOrDefault(r =>
            r.amopfamily == family && r.amoplefttype == member.Left && r.amoprighttype == member.Right && r.amopstrategy == member.Number) is { } op
            ? new(PgAmop.RelationOid, op.oid) : null;

    private static string Shown(DdlContext ddl, FamilyMember member) =>
        $"{(member.IsFunction ? "function" : "operator")} {member.Number}({DdlExpressions.FormatType(ddl, member.Left)},{DdlExpressions.FormatType(ddl, member.Right)})";

    // What a class cannot be without ties it to the member; what may come and go belongs to the family.
    private static void Depend(DdlContext ddl, ObjectAddress row, FamilyMember member, AccessMethodRules rules, PgOpfamily family, PgOpclass? opclass)
    {
        var isHard = rules.IsHard(member) ?? opclass is not null;
        var owner = isHard ? ClassFor(ddl, member, rules, family, opclass) : null;
        isHard = owner is not null;
        var type = isHard ? DependencyType.Normal : DependencyType.Auto;
        ddl.Depend(row, member.IsFunction ? ObjectAddress.Function(member.Object) : new(PgOperator.RelationOid, member.Object), type);
        ddl.Depend(
            row,
            owner is null ? new ObjectAddress(PgOpfamily.RelationOid, family.oid) : new ObjectAddress(PgOpclass.RelationOid, owner.oid),
            isHard ? DependencyType.Internal : DependencyType.Auto);
        foreach (var needed in new[] { member.Left, member.Right }.Distinct().Where(t => NeedsType(ddl, t, member)))
        {
            ddl.Depend(row, ObjectAddress.Type(needed), type);
        }

        if (member.SortFamily != 0)
        {
            ddl.Depend(row, new(PgOpfamily.RelationOid, member.SortFamily), type);
        }
    }

    private static PgOpclass? ClassFor(DdlContext ddl, FamilyMember member, AccessMethodRules rules, PgOpfamily family, PgOpclass? opclass) =>
        rules.Method.amname is "btree" or "hash"
            ? opclass is not null && opclass.opcintype == member.Left
                ? opclass
                : ddl.Catalog.Rows(PgOpclass.Relation).FirstOrDefault(o => o.opcmethod == rules.Method.oid && o.opcfamily == family.oid && o.opcintype == member.Left)
            : opclass;

    // The operator or function depends on the types that it takes itself.
    private static bool NeedsType(DdlContext ddl, uint type, FamilyMember member) => member.IsFunction
        ? !ddl.Catalog.Proc(member.Object)!.proargtypes.Contains(type)
        : ddl.Catalog.Operator(member.Object) is { } op && op.oprleft != type && op.oprright != type;
}
