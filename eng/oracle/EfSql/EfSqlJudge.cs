using PgMicro.Oracle.Answers;

namespace PgMicro.Oracle.EfSql;

/// <summary>Why a statement did not pass: a class, the SQLSTATE that came, and a text.</summary>
public sealed record EfFailure(string Class, string Sqlstate, string Text);

/// <summary>The change that a DML statement made to its target table, or the error that reading the table gave.</summary>
public sealed record EfEffect(IReadOnlyList<IReadOnlyList<string?>> Removed, IReadOnlyList<IReadOnlyList<string?>> Added, string? Error);

/// <summary>Compares an answer with the recorded one.</summary>
public static class EfSqlJudge
{
    /// <summary>Null when the answer is right.</summary>
    public static EfFailure? Judge(EfQuery query, StatementAnswer answer, EfEffect? effect, bool messages)
    {
        var expect = query.Expect;
        if (expect.Error is var (sqlstate, message))
        {
            return answer.Error is not { } got ? new("no error", "", $"expected {sqlstate}: {message}")
                : got.Sqlstate != sqlstate || messages && got.Message != message
                    ? new("other error", got.Sqlstate, $"{got.Message} (expected {sqlstate}: {message})")
                : null;
        }

        if (answer.Error is { } error)
        {
            return new("error", error.Sqlstate, error.Message);
        }

        return JudgeColumns(expect, answer)
            ?? (expect.Columns is null ? null : JudgeRows(expect, answer.Rows!))
            ?? (answer.Tag == expect.Tag ? null : Wrong($"command tag differs: expected {expect.Tag}, got {answer.Tag}"))
            ?? (expect.Effect is var (removed, added, sha) ? JudgeEffect(removed, added, sha, effect) : null);
    }

    private static EfFailure? JudgeColumns(EfExpectation expect, StatementAnswer answer)
    {
        if (expect.Columns is null != answer.Columns is null
            || expect.Columns is not null && !expect.Columns.Select(static c => c.Name).SequenceEqual(answer.Columns!.Select(static c => c.Name)))
        {
            return Wrong("column names differ");
        }

        foreach (var (want, got) in (expect.Columns ?? []).Zip(answer.Columns ?? []))
        {
            if (want.Oid < AnswerColumn.FirstUserOid ? want.Oid != got.Oid : want.Type != got.Type)
            {
                return Wrong($"column type differs: expected {want.Type} ({want.Oid}), got {got.Type ?? got.Oid.ToString()}");
            }
        }

        return null;
    }

    private static EfFailure? JudgeRows(EfExpectation expect, IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        if (rows.Count != expect.RowCount)
        {
            return Wrong("row count differs");
        }

        var actual = expect.Ordered ? rows : RowDigest.Sort(rows);
        if (expect.Rows is null ? RowDigest.Of(actual) == expect.Sha256 : RowDigest.Same(actual, expect.Rows))
        {
            return null;
        }

        return expect.Ordered && expect.Rows is not null && RowDigest.Same(RowDigest.Sort(rows), RowDigest.Sort(expect.Rows))
            ? Wrong("row order differs") : Wrong("values differ");
    }

    private static EfFailure? JudgeEffect(int removed, int added, string sha256, EfEffect? effect) =>
        effect is null or { Error: not null } ? Wrong($"table contents cannot be read after the statement: {effect?.Error ?? "no answer"}")
        : effect.Removed.Count != removed || effect.Added.Count != added || RowDigest.Of(effect.Removed, effect.Added) != sha256
            ? Wrong("table contents after the statement differ")
        : null;

    private static EfFailure Wrong(string text) => new("wrong", "", text);
}
