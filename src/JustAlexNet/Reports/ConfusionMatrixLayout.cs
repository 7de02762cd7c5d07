namespace JustAlexNet.Reports;

/// <summary>Sizes and positions of a confusion matrix's picture, all in pixels; what is drawn where, but not how.</summary>
internal sealed class ConfusionMatrixLayout
{
    // Up to so many classes: side of a cell, size of the names, whether cells hold text.
    private static readonly (int Classes, int Cell, float Names, bool CellText)[] Steps =
    [
        (2, 260, 22, true), (3, 190, 22, true), (5, 136, 22, true), (10, 96, 22, true), (20, 68, 21, true), (30, 56, 21, true),
        (60, 34, 19, false), (120, 22, 16, false), (250, 16, 13, false),
    ];

    public ConfusionMatrixLayout(IReadOnlyList<string> names, int emptyRows)
    {
        var step = Array.Find(Steps, s => names.Count <= s.Classes);
        HasNames = step.Classes > 0;
        HasCellText = step.CellText;
        Cell = HasNames ? step.Cell : Math.Max(1, 3200 / names.Count);
        Side = Cell * names.Count;
        Scale = Math.Clamp(Side / 1000f, 1, 2.6f);
        NameSize = HasNames ? step.Names : 15 * Scale;
        HasEmptyRows = emptyRows > 0;

        TickStep = HasNames ? 1 : NiceStep(names.Count / 20.0);
        Ticks = [.. Enumerable.Range(0, names.Count).Where(i => i % TickStep == 0)
            .Select(i => (i, HasNames ? Fitting.Shorten(names[i], NameSize * 12, NameSize) : i.ToString(System.Globalization.CultureInfo.InvariantCulture)))];
        var widest = Ticks.Max(t => Sheet.Measure(t.Text, NameSize));
        NameAngle = widest <= (Cell * TickStep) - 10 ? 0 : HasCellText ? -45 : -90;
        var nameHeight = NameAngle switch { 0 => NameSize, -45 => (widest * 0.71f) + NameSize, _ => widest };

        Left = (int)((Pad * 2) + AxisSize + widest + TickLength + (8 * Scale));
        Top = (int)(Pad + (TitleSize * 1.5f) + (SummarySize * 2.1f));
        Bottom = (int)((Pad * 2) + AxisSize + nameHeight + TickLength + (8 * Scale));
        BarGap = (int)(26 * Scale);
        BarWidth = (int)(24 * Scale);
        Right = (int)(BarGap + BarWidth + Sheet.Measure("100 %", BarTextSize) + (AxisSize * 1.6f) + (Pad * 1.4f));
    }

    public int Cell { get; }
    public int Side { get; }
    public int Left { get; }
    public int Right { get; }
    public int Top { get; }
    public int Bottom { get; }
    public int Width => Left + Side + Right;
    public int Height => Top + Side + Bottom;
    public bool HasNames { get; }
    public bool HasCellText { get; }
    public bool HasEmptyRows { get; }
    public bool HasGrid => Cell >= 14;

    /// <summary>Classes between two labels.</summary>
    public int TickStep { get; }

    /// <summary>Class index and what stands beside it.</summary>
    public IReadOnlyList<(int Class, string Text)> Ticks { get; }

    /// <summary>Turn of the column names, in degrees clockwise.</summary>
    public float NameAngle { get; }

    /// <summary>Large pictures are looked at from afar: texts grow with them.</summary>
    public float Scale { get; }

    public float NameSize { get; }
    public float TitleSize => 32 * Scale;
    public float SummarySize => 22 * Scale;
    public float AxisSize => 24 * Scale;
    public float BarTextSize => 18 * Scale;
    public float TickLength => 6 * Scale;
    public int BarGap { get; }
    public int BarWidth { get; }
    public float Pad => 18 * Scale;

    /// <summary>The middle of a class's row or column, from the matrix's edge.</summary>
    public float Middle(int index) => (index + 0.5f) * Cell;

    // 1, 2 or 5 times a power of ten, at least the wish.
    private static int NiceStep(double wish)
    {
        var power = (int)Math.Pow(10, Math.Floor(Math.Log10(wish)));
        return new[] { 1, 2, 5, 10 }.Select(f => f * power).First(s => s >= wish);
    }
}
