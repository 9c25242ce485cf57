package io.github.dl4jhardware.analog.train;

/** The features of the present example. */
final class InputStage extends Stage {
  private final int[] fromHost;
  private float[] features = new float[0];
  private int example;

  InputStage(Extent extent) {
    super(extent, Nonlinearity.IDENTITY, false);
    fromHost = extent.fromHost();
  }

  /**
   * Which example is next; by one thread.
   *
   * @param all one after the other, in the host's order
   */
  void next(float[] all, int number) {
    features = all;
    example = number;
  }

  @Override
  void forward(int part, int parts) {
    int size = fromHost.length;
    int end = share(size, part + 1, parts);
    for (int i = share(size, part, parts); i < end; i++) {
      output()[fromHost[i]] = features[example * size + i];
    }
  }

  @Override
  void backward(int part, int parts) {
    // Nothing is before the input.
  }
}
