package io.github.dl4jhardware.analog.train;

import java.util.List;

/** The sum of several sources of one extent. */
final class SumStage extends Stage {
  private final List<Stage> sources;

  SumStage(List<Stage> sources) {
    super(sources.get(0).extent(), Nonlinearity.IDENTITY, sources.stream().anyMatch(Stage::learns));
    this.sources = sources;
  }

  @Override
  void forward(int part, int parts) {
    float[] sums = output();
    int from = share(sums.length, part, parts);
    int to = share(sums.length, part + 1, parts);
    System.arraycopy(sources.get(0).output(), from, sums, from, to - from);
    for (Stage source : sources.subList(1, sources.size())) {
      float[] values = source.output();
      for (int i = from; i < to; i++) {
        sums[i] += values[i];
      }
    }
  }

  @Override
  void backward(int part, int parts) {
    int from = share(delta().length, part, parts);
    int to = share(delta().length, part + 1, parts);
    for (Stage source : sources) {
      if (source.learns()) {
        source.receive(from, delta(), from, to - from);
      }
    }
  }
}
