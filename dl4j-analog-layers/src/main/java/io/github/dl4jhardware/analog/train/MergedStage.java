package io.github.dl4jhardware.analog.train;

import java.util.List;

/** The channels of several sources, or their numbers in a row, one after the other. */
final class MergedStage extends Stage {
  private final List<Stage> sources;

  MergedStage(List<Stage> sources, Extent extent) {
    super(extent, Nonlinearity.IDENTITY, sources.stream().anyMatch(Stage::learns));
    this.sources = sources;
  }

  @Override
  void forward(int part, int parts) {
    int start = 0;
    for (Stage source : sources) {
      int size = source.extent().size();
      int from = share(size, part, parts);
      int to = share(size, part + 1, parts);
      System.arraycopy(source.output(), from, output(), start + from, to - from);
      start += size;
    }
  }

  @Override
  void backward(int part, int parts) {
    int start = 0;
    for (Stage source : sources) {
      int size = source.extent().size();
      if (source.learns()) {
        int from = share(size, part, parts);
        int to = share(size, part + 1, parts);
        source.receive(from, delta(), start + from, to - from);
      }
      start += size;
    }
  }
}
