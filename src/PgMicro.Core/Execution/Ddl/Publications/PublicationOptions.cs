using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Publications;

/// <summary>WITH (publish = …, publish_via_partition_root = …).</summary>
internal static class PublicationOptions
{
    /// <summary>A publication with the options that are given.</summary>
    internal static PgPublication Apply(PgPublication publication, IEnumerable<Pg.Node> options)
    {
        var (hasPublish, hasViaRoot) = (false, false);
        foreach (var option in options.Select(static n => n.DefElem))
        {
            switch (option.Defname)
            {
                case "publish":
                    RequireFirst(option, ref hasPublish);
                    publication = Publish(publication, OptionValues.String(option));
                    break;
                case "publish_via_partition_root":
                    RequireFirst(option, ref hasViaRoot);
                    publication = publication with { pubviaroot = OptionValues.Boolean(option) };
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"unrecognized publication parameter: \"{option.Defname}\"");
            }
        }

        return publication;
    }

    private static PgPublication Publish(PgPublication publication, string list)
    {
        publication = publication with { pubinsert = false, pubupdate = false, pubdelete = false, pubtruncate = false };
        foreach (var action in PgSession.SplitIdentifiers(list) ?? throw new PgException(SqlState.SyntaxError, "invalid list syntax in parameter \"publish\""))
        {
            publication = action switch
            {
                "insert" => publication with { pubinsert = true },
                "update" => publication with { pubupdate = true },
                "delete" => publication with { pubdelete = true },
                "truncate" => publication with { pubtruncate = true },
                _ => throw new PgException(SqlState.SyntaxError, $"unrecognized value for publication option \"publish\": \"{action}\""),
            };
        }

        return publication;
    }

    private static void RequireFirst(Pg.DefElem option, ref bool seen)
    {
        if (seen)
        {
            throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
        }

        seen = true;
    }
}
