package io.github.dl4jhardware.search;

import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;

/**
 * Ends a search whose grid is through, for which Arbiter's runner would wait without end, and one
 * whose record cannot be written.
 */
final class SearchEnd implements TerminationCondition {
  private final SafeGenerator generator;
  private final RecordingTasks tasks;

  SearchEnd(SafeGenerator generator, RecordingTasks tasks) {
    this.generator = generator;
    this.tasks = tasks;
  }

  @Override
  public void initialize(IOptimizationRunner optimizationRunner) {}

  @Override
  public boolean terminate(IOptimizationRunner runner) {
    return tasks.broken() || (!generator.hasMoreCandidates() && runner.numCandidatesQueued() == 0);
  }
}
