package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.edge.ArrayReads;
import io.github.dl4jhardware.analog.layer.Window;
import java.util.Arrays;

/**
 * A convolution in training, grouped or not: its kernel unrolled, one read a position.
 *
 * <p>Work is divided by columns (forward, pulses), by the images' channels (backward), by rows or
 * positions (patches) or by cells (leak).
 */
final class ConvolutionStage extends Stage {
  private final Stage source;
  private final ArrayWork work;
  private final ConvolutionUpdate update;
  private final SynapseArray array;
  private final Patches patches;
  private final int taps;
  private final int channelsOfGroup;
  private final int groups;
  private final int columns;
  private final int columnsOfGroup;
  private final int positions;
  private final ArrayReads[] reads;

  /** One a thread, for its channels. */
  private final ConvolutionErrors[] errors;

  /** δ by positions, {@code [positions, columns]}. */
  private final float[] deltas;

  ConvolutionStage(
      Stage source, ArrayWork work, Nonlinearity nonlinearity, Window[] windows, int parts) {
    super(
        source.extent().withImages(work.array().columns(), windows[0].out(), windows[1].out()),
        nonlinearity,
        true);
    this.source = source;
    this.work = work;
    array = work.array();
    groups = work.host().arrays();
    columns = array.columns();
    columnsOfGroup = columns / groups;
    int channels = source.extent().channels();
    channelsOfGroup = channels / groups;
    taps = windows[0].size() * windows[1].size();
    patches = new Patches(windows[0], windows[1], channels, groups, array.rows());
    positions = patches.positions();
    reads =
        ArrayReads.ofGroups(
            work.host().edges(),
            groups,
            array.rows(),
            patches.rows(),
            columnsOfGroup,
            work.host().chipSeed(),
            work.layerIndex());
    deltas = new float[positions * columns];
    update = new ConvolutionUpdate(work, patches, deltas, groups, parts);
    errors = new ConvolutionErrors[parts];
    Arrays.setAll(
        errors,
        part ->
            new ConvolutionErrors(
                windows[0],
                windows[1],
                groups,
                channels,
                columns,
                share(channels, part, parts),
                share(channels, part + 1, parts)));
  }

  @Override
  void gather(int part, int parts) {
    patches.gather(source.output(), part, parts);
  }

  @Override
  void forward(int part, int parts) {
    boolean read = reads[0].readsForward();
    if (read && part == 0) {
      readForward();
    }
    LineSums sums = new LineSums(patches.values(), positions);
    int from = read ? 0 : share(columns, part, parts);
    int to = read ? 0 : share(columns, part + 1, parts);
    for (int column = from; column < to; column++) {
      int at = column * positions;
      Arrays.fill(output(), at, at + positions, work.bias(column));
      sums.add(
          patches.line(column / columnsOfGroup, 0),
          array.weights(),
          new LineSums.Row(column, columns, array.rows()),
          output(),
          at);
    }
    nonlinearity().apply(output(), from * positions, to * positions);
  }

  /** Through the converters, which look at all inputs and all sums: by one thread. */
  private void readForward() {
    float[] output = output();
    long[] examples = examples();
    for (int group = 0; group < groups; group++) {
      int line = patches.line(group, 0);
      int length = columnsOfGroup * positions;
      float[] sums = new float[length];
      reads[group].forwardAll(
          ofGroup(array.weights(), group),
          ofGroup(array.readVariances(), group),
          Arrays.copyOfRange(patches.values(), line, line + array.rows() * positions),
          sums,
          true,
          examples,
          indices(group));
      System.arraycopy(sums, 0, output, group * length, length);
    }
    for (int at = 0; work.digitalBias() && at < output.length; at++) {
      output[at] += work.bias(at / positions);
    }
    nonlinearity().apply(output, 0, output.length);
  }

  private long[] examples() {
    long[] examples = new long[positions];
    Arrays.fill(examples, work.example());
    return examples;
  }

  /** Which read of the example each position is. */
  private int[] indices(int group) {
    int[] indices = new int[positions];
    Arrays.setAll(indices, position -> position * groups + group);
    return indices;
  }

  /** A group's columns; of nothing, nothing. */
  private float[] ofGroup(float[] cells, int group) {
    if (groups == 1 || cells.length == 0) {
      return cells;
    }
    float[] own = new float[array.rows() * columnsOfGroup];
    for (int row = 0; row < array.rows(); row++) {
      int from = row * columns + group * columnsOfGroup;
      System.arraycopy(cells, from, own, row * columnsOfGroup, columnsOfGroup);
    }
    return own;
  }

  @Override
  void differentiated(int part, int parts) {
    int end = share(positions, part + 1, parts);
    for (int position = share(positions, part, parts); position < end; position++) {
      for (int column = 0; column < columns; column++) {
        deltas[position * columns + column] = delta()[column * positions + position];
      }
    }
  }

  /** W·δ at all positions, added up where the patches came from, for a share of the channels. */
  @Override
  void backward(int part, int parts) {
    if (!source.learns()) {
      return;
    }
    if (reads[0].readsBackward()) {
      if (part == 0) {
        readBackward();
      }
      return;
    }
    errors[part].send(array.weights(), deltas, source);
  }

  private void readBackward() {
    long[] examples = examples();
    int rows = patches.rows();
    float[] image = new float[source.extent().pixels()];
    float[] line = new float[positions];
    for (int group = 0; group < groups; group++) {
      int from = group * columnsOfGroup * positions;
      float[] read = new float[rows * positions];
      reads[group].backwardAll(
          ofGroup(array.weights(), group),
          ofGroup(array.readVariances(), group),
          Arrays.copyOfRange(delta(), from, from + columnsOfGroup * positions),
          read,
          examples,
          indices(group));
      for (int own = 0; own < channelsOfGroup; own++) {
        Arrays.fill(image, 0);
        for (int tap = 0; tap < taps; tap++) {
          int at = (tap * channelsOfGroup + own) * positions;
          System.arraycopy(read, at, line, 0, positions);
          patches.scatter(line, tap, image);
        }
        int channel = group * channelsOfGroup + own;
        source.receive(channel * image.length, image, 0, image.length);
      }
    }
  }

  @Override
  void begin(int iteration, int epoch) {
    update.begin(epoch);
  }

  @Override
  void prepare(int part, int parts) {
    update.prepare(part, parts);
  }

  @Override
  void fire(int part, int parts) {
    update.fire(part, parts);
  }

  @Override
  boolean restDue() {
    return work.restDue();
  }

  @Override
  void rest(int part, int parts) {
    work.rest(part, parts);
  }

  @Override
  void end() {
    work.end();
  }

  @Override
  void writeBack() {
    work.writeBack();
  }
}
