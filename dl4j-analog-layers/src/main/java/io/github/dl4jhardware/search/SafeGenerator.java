package io.github.dl4jhardware.search;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.jspecify.annotations.Nullable;

/**
 * Keeps apart why a candidate has no configuration. Arbiter's runner counts such candidates neither
 * as complete nor as failed, and would ask for the next one without end.
 */
@SuppressWarnings({"rawtypes", "unchecked"}) // Arbiter's own signatures.
final class SafeGenerator implements CandidateGenerator {
  private final CandidateGenerator generator;
  private final Map<Integer, String> reasons = new HashMap<>();

  SafeGenerator(CandidateGenerator generator) {
    this.generator = generator;
  }

  @Override
  public boolean hasMoreCandidates() {
    return generator.hasMoreCandidates();
  }

  @Override
  public Candidate getCandidate() {
    Candidate candidate = generator.getCandidate();
    Exception e = candidate.getException();
    if (e == null) {
      return candidate;
    }
    String message = e.getMessage();
    reasons.put(candidate.getIndex(), message == null ? e.getClass().getSimpleName() : message);
    double[] point = candidate.getFlatParameters();
    return new Candidate(
        () -> null, candidate.getIndex(), point == null ? new double[0] : point, null, null);
  }

  /** Why a candidate has no configuration; null if it has one. */
  @Nullable String reason(int index) {
    return reasons.get(index);
  }

  @Override
  public void reportResults(OptimizationResult result) {
    generator.reportResults(result);
  }

  @Override
  public ParameterSpace<?> getParameterSpace() {
    return generator.getParameterSpace();
  }

  @Override
  public void setRngSeed(long rngSeed) {
    generator.setRngSeed(rngSeed);
  }

  @Override
  public Class<?> getCandidateType() {
    return generator.getCandidateType();
  }
}
