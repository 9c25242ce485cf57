package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.PulsedArray;

/** The cells of {@link PcmCapacitorSynapse}. */
final class PcmCapacitorArray extends CellArray {
  /** Read and pulse passes in which the residual is written into g. */
  private static final int RESIDUAL_PASSES = 5;

  /** Stream of the draws of reading g, beside those of its pulses. */
  private static final int G_READS = -3;

  private static final int DITHER = -4;

  private final PcmCapacitorSynapse synapse;
  private final float weightPerMicroSiemens;
  private final float microSiemensPerWeight;
  private final float step;
  private final float gReadNoise;
  private final PcmPairs pairs;
  private final PulsedArray capacitor;
  private final float[] g;
  private final float[] gShared;

  /** F·(G+ − G−) in weight units, so that a pulse need not read the pair. */
  private final float[] pairWeights;

  /** Of a read of each weight; they change with the pairs alone. */
  private float[] readVariances = new float[0];

  private boolean variancesKnown;

  PcmCapacitorArray(
      PcmCapacitorSynapse synapse, int rows, int columns, PcmPairs pairs, PulsedArray capacitor) {
    super(rows, columns);
    this.synapse = synapse;
    this.pairs = pairs;
    this.capacitor = capacitor;
    gShared = capacitor.gShared();
    microSiemensPerWeight = (float) synapse.microSiemensPerWeight();
    weightPerMicroSiemens = 1 / microSiemensPerWeight;
    step = (float) synapse.capacitor().meanStepMicroSiemens();
    gReadNoise = (float) synapse.capacitorReadNoiseMicroSiemens();
    int cells = rows * columns;
    g = capacitor.conductance();
    pairWeights = new float[cells];
    refreshWeights();
  }

  @Override
  public Synapse synapse() {
    return synapse;
  }

  @Override
  public float[] readVariances() {
    if (!variancesKnown) {
      readVariances = new float[weights.length];
      double perSquare = (double) weightPerMicroSiemens * weightPerMicroSiemens;
      double ofG = (double) gReadNoise * gReadNoise;
      for (int cell = 0; cell < weights.length; cell++) {
        readVariances[cell] = (float) ((pairs.readVariance(cell) + ofG) * perSquare);
      }
      variancesKnown = true;
    }
    return readVariances;
  }

  @Override
  public float[][] state() {
    return new float[][] {
      pairs.plus().conductance(), pairs.minus().conductance(), capacitor.state()
    };
  }

  @Override
  public PulsedArray pulsed() {
    return capacitor;
  }

  @Override
  public boolean saturated(int cell) {
    return capacitor.saturated(cell);
  }

  @Override
  public void refreshWeights() {
    variancesKnown = false;
    capacitor.refresh();
    for (int cell = 0; cell < weights.length; cell++) {
      pairWeights[cell] = pairs.difference(cell) * weightPerMicroSiemens;
    }
    refresh(0, weights.length);
  }

  /** W = pair + s·(g − g_shared) for a range of cells. */
  private void refresh(int from, int to) {
    float scale = counters.polarity() * weightPerMicroSiemens;
    for (int start = from; start < to; ) {
      int row = start / columns;
      int end = Math.min(to, (row + 1) * columns);
      int first = row * columns;
      for (int cell = start; cell < end; cell++) {
        weights[cell] = pairWeights[cell] + (g[cell] - gShared[cell - first]) * scale;
      }
      start = end;
    }
  }

  @Override
  public void pulse(
      int[] cells, int[] columns, float[] pulses, int count, long noiseKey, PulseTally tally) {
    int polarity = counters.polarity();
    float scale = polarity * weightPerMicroSiemens;
    capacitor.pulse(cells, pulses, count, polarity, noiseKey);
    for (int i = 0; i < count; i++) {
      int cell = cells[i];
      weights[cell] = pairWeights[cell] + (g[cell] - gShared[columns[i]]) * scale;
    }
    tally.add(pulses, count);
  }

  @Override
  public void pulse(
      int row, int from, int to, float scale, float[] factors, long noiseKey, PulseTally tally) {
    int polarity = counters.polarity();
    int start = row * columns;
    capacitor.pulse(start, from, to, polarity * scale, factors, noiseKey);
    tally.add(scale, factors, from, to);
    refresh(start + from, start + to);
  }

  @Override
  public void pulse(float[] up, float[] down, long noiseKey, PulseTally tally) {
    float[] raise = counters.polarity() > 0 ? up : down;
    float[] lower = counters.polarity() > 0 ? down : up;
    for (int start = 0; start < weights.length; start += columns) {
      int end = start + columns;
      if (tally.addRow(up, down, start, end)) {
        capacitor.pulse(start, end, raise, lower, noiseKey);
        refresh(start, end);
      }
    }
  }

  @Override
  public boolean restDue(long examplesBefore, long examplesAfter) {
    return leakBlocks(examplesBefore, examplesAfter) > 0;
  }

  @Override
  public void rest(int from, int to, long examplesBefore, long examplesAfter) {
    capacitor.leak(from, to, leakBlocks(examplesBefore, examplesAfter));
    refresh(from, to);
  }

  private long leakBlocks(long before, long after) {
    int block = capacitor.leakBlockExamples();
    return block == 0 ? 0 : after / block - before / block;
  }

  @Override
  public boolean transferDue(long examplesBefore, long examplesAfter) {
    return WeightTransfer.due(synapse.transfer().everyExamples(), examplesBefore, examplesAfter);
  }

  @Override
  public TransferReport transfer(long key) {
    float[] before = weights.clone();
    int polarity = counters.polarity();
    int next = synapse.transfer().nextPolarity(polarity);
    long failures =
        CellRanges.sum(
            before.length,
            (from, to) -> {
              Held held = new Held(from, to, key);
              long missed = 0;
              for (int cell = from; cell < to; cell++) {
                missed += transfer(cell, polarity, next, held) ? 0 : 1;
              }
              held.bring(next);
              return missed;
            });
    finish(next, failures);
    counters.add(ArrayCounters.Count.TRANSFERS, 1);
    return TransferReport.of(before, weights, failures);
  }

  private boolean transfer(int cell, int polarity, int nextPolarity, Held held) {
    long draws = held.draws(cell);
    float onCapacitor = polarity * (readG(cell, draws, -1) - gShared[cell % columns]);
    double threshold = synapse.transfer().rewriteAboveMicroSiemens();
    if (threshold > 0 && Math.abs(onCapacitor) <= threshold) {
      held.set(cell, onCapacitor);
      return true;
    }
    return write(cell, pairs.readBack(cell, draws) + onCapacitor, nextPolarity, held);
  }

  @Override
  public TransferReport program(float[] wantedWeights, long key) {
    float[] wanted = new float[wantedWeights.length];
    for (int cell = 0; cell < wanted.length; cell++) {
      wanted[cell] = wantedWeights[cell] * microSiemensPerWeight;
    }
    long failures = write(wanted, counters.polarity(), key);
    return TransferReport.of(wantedWeights, weights, failures);
  }

  /** Brings every cell to a wanted weight in µS, and counts the pairs that stayed away from it. */
  private long write(float[] wanted, int nextPolarity, long key) {
    long failures =
        CellRanges.sum(
            wanted.length,
            (from, to) -> {
              Held held = new Held(from, to, key);
              long missed = 0;
              for (int cell = from; cell < to; cell++) {
                missed += write(cell, wanted[cell], nextPolarity, held) ? 0 : 1;
              }
              held.bring(nextPolarity);
              return missed;
            });
    finish(nextPolarity, failures);
    return failures;
  }

  private void finish(int nextPolarity, long failures) {
    counters.polarity(nextPolarity);
    counters.add(ArrayCounters.Count.PROGRAMMING_FAILURES, failures);
    refreshWeights();
  }

  /** The pair; what it missed is for the capacitor. */
  private boolean write(int cell, float wanted, int nextPolarity, Held held) {
    long draws = held.draws(cell);
    float reference = gShared[cell % columns];
    float mismatch = capacitor.resetMicroSiemens(cell) - reference;
    float target = synapse.transfer().pairTarget(wanted, mismatch, nextPolarity);
    boolean reached = true;
    if (target == 0) {
      pairs.reset(cell);
    } else {
      reached = pairs.write(cell, target, draws);
    }
    held.set(cell, wanted - pairs.readBackWritten(cell, draws));
    return reached;
  }

  /** What the capacitors of a range of cells are to hold once their pairs are written, in µS. */
  private final class Held {
    private final int from;
    private final float[] microSiemens;
    private final long[] draws;

    Held(int from, int to, long key) {
      this.from = from;
      microSiemens = new float[to - from];
      draws = new long[to - from];
      for (int i = 0; i < draws.length; i++) {
        draws[i] = Draws.subKey(key, from + i);
      }
    }

    long draws(int cell) {
      return draws[cell - from];
    }

    void set(int cell, float held) {
      microSiemens[cell - from] = held;
    }

    /**
     * Re-initialises the capacitors and brings each to s′·(g − g_shared) = what it is to hold; all
     * of them pass by pass, so that the pulses of a pass go through the vector units.
     */
    void bring(int nextPolarity) {
      float[] pulses = new float[draws.length];
      long[] noise = new long[draws.length];
      for (int i = 0; i < draws.length; i++) {
        capacitor.reset(from + i);
      }
      for (int pass = 0; pass < RESIDUAL_PASSES; pass++) {
        for (int i = 0; i < draws.length; i++) {
          pulses[i] = pulses(from + i, microSiemens[i], nextPolarity, draws[i], pass);
          // Each pass has a stream of its own, since a pulse addresses its noise by the cell.
          noise[i] = Draws.subKey(draws[i], pass);
        }
        capacitor.pulseEach(from, draws.length, pulses, noise);
      }
    }
  }

  /** Of one pass at one cell. */
  private float pulses(int cell, float held, int nextPolarity, long draws, int pass) {
    float goal = gShared[cell % columns] + nextPolarity * held;
    double missing = (goal - readG(cell, draws, pass)) / step;
    float pulses =
        (float) (pass < RESIDUAL_PASSES - 1 ? Math.rint(missing) : dithered(missing, draws));
    return pass > 0 && capacitor.saturated(cell) && Math.abs(pulses) > 1 ? 0 : pulses;
  }

  /**
   * Up or down at random, so that the mean is right: what the passes before leave of a pulse hangs
   * together with the side that they came from, and would add up over transfers.
   */
  private static double dithered(double pulses, long draws) {
    return Math.floor(pulses + (Draws.word(Draws.subKey(draws, DITHER), 0) >>> 11) * 0x1p-53);
  }

  /** g in µS as a read finds it. */
  private float readG(int cell, long draws, int read) {
    return gReadNoise == 0
        ? g[cell]
        : g[cell] + gReadNoise * Draws.normal(Draws.subKey(draws, G_READS), read);
  }
}
