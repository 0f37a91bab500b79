namespace PgMicro.Core.Storage;

/// <summary>One scan of a virtual table.</summary>
internal abstract class VirtualTableCursor
{
    /// <summary>True if the cursor may serve another scan after <see cref="Close"/>.</summary>
    internal virtual bool IsReusable => false;

    /// <summary>The current row's number; unique within one scan.</summary>
    internal virtual long Rowid => 0;

    /// <summary>
    /// Starts the scan, before its first row. Runs again, without <see cref="Close"/>, for every row of an outer loop.
    /// Arguments are valid during the call only.
    /// </summary>
    internal abstract void Filter(int indexNumber, ReadOnlySpan<byte> indexString, SqliteFunctionArgs args);

    /// <summary>Goes to the next row; false at the end.</summary>
    internal abstract bool MoveNext();

    /// <summary>Gives a column of the current row.</summary>
    internal abstract void Column(ResultWriter result, int column);

    /// <summary>Ends the use by one statement: lets go of rows, inner statements and whatever else is held.</summary>
    internal virtual void Close()
    {
    }
}
