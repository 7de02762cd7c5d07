using JustAlexNet.Inference;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Runs.Tests;

/// <summary>Ends a run at places of it as a kill does: at once, with no last save. Each place once, so that a run that goes on comes further.</summary>
/// <param name="isMet">Whether a place, such as <c>step 2.1</c> (epochs and steps done), <c>validation 1</c> or <c>epoch 1</c>, is one of them.</param>
internal sealed class Killer(Func<string, bool> isMet)
{
    private readonly HashSet<string> met = [];

    /// <summary>The places at which the run was killed, in order.</summary>
    public IReadOnlyCollection<string> Places => met;

    /// <summary>Starts again after every kill, each time with the next of some numbers of workers, until the run is done.</summary>
    /// <param name="recipe">With `resume` auto.</param>
    /// <param name="workers">Taken in turn.</param>
    /// <returns>How the last part ended.</returns>
    public RunResult Execute(Recipe recipe, params int[] workers)
    {
        for (var start = 0; start < 100; start++)
        {
            using var run = Run.Open(recipe.With(Recipes.CommonSettings.Workers, workers[start % workers.Length]));
            run.Add(new Witness(this));
            try
            {
                return run.Execute();
            }
            catch (KilledException)
            {
                // Once more.
            }
        }
        throw new InvalidOperationException("the run does not come further");
    }

    private void Meet(string place)
    {
        if (isMet(place) && met.Add(place)) throw new KilledException();
    }

    // Of this kind, since every other is a fault of its listener alone.
    private sealed class KilledException : OutOfMemoryException;

    private sealed class Witness(Killer killer) : TrainingListener
    {
        public override void StepDone(Trainer trainer) => killer.Meet($"step {trainer.Position.Epoch}.{trainer.Position.Step}");

        public override void ValidationStarted(Trainer trainer) => killer.Meet($"validation {trainer.Position.Epoch}");

        public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest) => killer.Meet($"{(phase.IsLast ? "epoch" : "head")} {record.Epoch}");
    }
}
