package io.github.dl4jhardware.analog.train;

/** A nonlinearity by itself. */
final class ActivationStage extends Stage {
  private final Stage source;

  ActivationStage(Stage source, Nonlinearity nonlinearity) {
    super(source.extent(), nonlinearity, source.learns());
    this.source = source;
  }

  @Override
  void forward(int part, int parts) {
    int size = extent().size();
    int from = share(size, part, parts);
    int to = share(size, part + 1, parts);
    System.arraycopy(source.output(), from, output(), from, to - from);
    nonlinearity().apply(output(), from, to);
  }

  @Override
  void backward(int part, int parts) {
    if (source.learns()) {
      int from = share(extent().size(), part, parts);
      int to = share(extent().size(), part + 1, parts);
      source.receive(from, delta(), from, to - from);
    }
  }
}
