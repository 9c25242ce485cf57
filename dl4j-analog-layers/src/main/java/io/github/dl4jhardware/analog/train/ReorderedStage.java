package io.github.dl4jhardware.analog.train;

/** The same numbers, as images or in a row: what the host's preprocessors do. */
final class ReorderedStage extends Stage {
  private final Stage source;

  /** Where each number of this stands in the source. */
  private final int[] places;

  /** Errors in the order of the source. */
  private final float[] errors;

  /** By the order in which the host has the source's numbers, which ours are given in. */
  ReorderedStage(Stage source, Extent extent) {
    super(extent, Nonlinearity.IDENTITY, source.learns());
    this.source = source;
    int[] here = extent.fromHost();
    int[] there = source.extent().fromHost();
    places = new int[here.length];
    for (int host = 0; host < here.length; host++) {
      places[here[host]] = there[host];
    }
    errors = new float[here.length];
  }

  @Override
  void forward(int part, int parts) {
    int end = share(places.length, part + 1, parts);
    for (int i = share(places.length, part, parts); i < end; i++) {
      output()[i] = source.output()[places[i]];
    }
  }

  @Override
  void backward(int part, int parts) {
    if (!source.learns() || part > 0) {
      return;
    }
    for (int i = 0; i < places.length; i++) {
      errors[places[i]] = delta()[i];
    }
    source.receive(0, errors, 0, errors.length);
  }
}
