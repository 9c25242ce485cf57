package io.github.dl4jhardware.analog.cost;

import io.github.dl4jhardware.analog.edge.ArrayTiles;
import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.cost.CostModel;
import io.github.dl4jhardware.host.HostNetwork;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A cost model of arrays of analogue memory: energy, time and area of reads, pulses and transfers.
 *
 * <p>A read of an array, forward or backward, is one step: energy = cells·{@link
 * #readFemtojoulesPerCell} + lines·{@link #edgeFemtojoulesPerLine}, lines = rows + columns. A pulse
 * costs {@link #pulseFemtojoules} wherever it is fired, and a transfer {@link
 * #transferFemtojoulesPerCell} for each cell, as if every pair were written anew: an upper bound
 * where pairs stay; the pulses of its residual are in it. An array larger than {@link #arrayRows} ×
 * {@link #arrayColumns} is cut into tiles that work at the same time; of a network's layers their
 * own {@link ArrayTiles} say how.
 *
 * @param name for tables
 * @param readFemtojoulesPerCell of one cell in one read
 * @param edgeFemtojoulesPerLine of a driver or converter in one read
 * @param pulseFemtojoules of one pulse at one cell, its share of the drivers included
 * @param transferFemtojoulesPerCell to read a cell's weight and write it to its long-term pair
 * @param readNanoseconds one forward or backward read
 * @param updateNanoseconds the pulses of one example
 * @param cellSquareMicrometres area of a cell
 * @param edgeSquareMicrometresPerLine area of a driver or converter
 * @param arrayRows rows of a physical array
 * @param arrayColumns columns of a physical array
 */
public record ArrayCost(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) double readFemtojoulesPerCell,
    @JsonProperty(required = true) double edgeFemtojoulesPerLine,
    @JsonProperty(required = true) double pulseFemtojoules,
    @JsonProperty(required = true) double transferFemtojoulesPerCell,
    @JsonProperty(required = true) double readNanoseconds,
    @JsonProperty(required = true) double updateNanoseconds,
    @JsonProperty(required = true) double cellSquareMicrometres,
    @JsonProperty(required = true) double edgeSquareMicrometresPerLine,
    @JsonProperty(required = true) int arrayRows,
    @JsonProperty(required = true) int arrayColumns)
    implements CostModel {

  /**
   * Published: 28,065 GOP/s/W and 3.6 TOP/s/mm². Source: Ambrogio et al., Nature 558, 60 (2018).
   */
  public static final double PUBLISHED_GIGAOPS_PER_SECOND_PER_WATT = 28_065;

  /** See {@link #PUBLISHED_GIGAOPS_PER_SECOND_PER_WATT}. */
  public static final double PUBLISHED_TERAOPS_PER_SECOND_PER_SQUARE_MILLIMETRE = 3.6;

  /**
   * Cells that a training example pulses, as a part of all (assumed): 11,000 of 235,000, about what
   * 784-256-128-10 fires on MNIST once training is under way.
   */
  public static final double REFERENCE_PULSES_PER_CELL = 11_000 / 235_000.0;

  private static final double OPERATIONS_PER_READ = 2;
  private static final double ASSUMED_READ_NANOSECONDS = 80;

  /** Checks every value. */
  public ArrayCost {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("ArrayCost.name is missing");
    }
    check("readFemtojoulesPerCell", readFemtojoulesPerCell);
    check("edgeFemtojoulesPerLine", edgeFemtojoulesPerLine);
    check("pulseFemtojoules", pulseFemtojoules);
    check("transferFemtojoulesPerCell", transferFemtojoulesPerCell);
    check("readNanoseconds", readNanoseconds);
    check("updateNanoseconds", updateNanoseconds);
    check("cellSquareMicrometres", cellSquareMicrometres);
    check("edgeSquareMicrometresPerLine", edgeSquareMicrometresPerLine);
    if (arrayRows < 1 || arrayColumns < 1) {
      throw new IllegalArgumentException(
          "ArrayCost: an array of " + arrayRows + "×" + arrayColumns + "; both must be at least 1");
    }
    if (!(readNanoseconds > 0)) {
      throw new IllegalArgumentException("ArrayCost.readNanoseconds must be above 0");
    }
  }

  private static void check(String field, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "ArrayCost." + field + " is " + value + "; it must be at least 0");
    }
  }

  /**
   * Calibrated to the published end points, which come without the model behind them: every
   * operation costs 2/28,065 GOP/s/W = 71.26 fJ a multiply-accumulate, periphery included and put
   * to the cells; of an example's update as much, at {@link #REFERENCE_PULSES_PER_CELL}; the area
   * of a cell is what 3.6 TOP/s/mm² leave at reads of 80 ns. The split between reads and pulses,
   * the 80 ns, the update's time (two reads) and a transfer (100 reads) are assumed.
   *
   * @return the preset
   */
  public static ArrayCost calibrated2018() {
    double femtojoules = OPERATIONS_PER_READ / PUBLISHED_GIGAOPS_PER_SECOND_PER_WATT * 1e6;
    double squareMicrometres =
        OPERATIONS_PER_READ
            / (ASSUMED_READ_NANOSECONDS
                * PUBLISHED_TERAOPS_PER_SECOND_PER_SQUARE_MILLIMETRE
                * 1e-3);
    return new ArrayCost(
        "calibrated to the published end points of 2018",
        femtojoules,
        0,
        femtojoules / REFERENCE_PULSES_PER_CELL,
        100 * femtojoules,
        ASSUMED_READ_NANOSECONDS,
        2 * ASSUMED_READ_NANOSECONDS,
        squareMicrometres,
        0,
        512,
        512);
  }

  /**
   * One array of a network, and what it was made to do.
   *
   * @param rows inputs, the bias row included
   * @param columns outputs
   * @param forwardReads examples that went forward
   * @param backwardReads examples that went backward
   * @param pulses fired at its cells, over all
   * @param transfers of the whole array
   */
  public record Work(
      int rows, int columns, long forwardReads, long backwardReads, double pulses, long transfers) {
    /** Checks every value. */
    public Work {
      if (rows < 1 || columns < 1) {
        throw new IllegalArgumentException("Work of an array of " + rows + "×" + columns);
      }
      if (forwardReads < 0 || backwardReads < 0 || !(pulses >= 0) || transfers < 0) {
        throw new IllegalArgumentException(
            "Work of "
                + forwardReads
                + " and "
                + backwardReads
                + " reads, "
                + pulses
                + " pulses, "
                + transfers
                + " transfers; none may be below 0");
      }
    }

    /**
     * One example that is only inferred.
     *
     * @param rows inputs, the bias row included
     * @param columns outputs
     * @return a forward read
     */
    public static Work inference(int rows, int columns) {
      return new Work(rows, columns, 1, 0, 0, 0);
    }
  }

  /**
   * The same for arrays of another size.
   *
   * @param tiles of the arrays
   * @return a copy; this one where the size is not limited
   */
  public ArrayCost withArray(ArrayTiles tiles) {
    return tiles.equals(ArrayTiles.UNLIMITED)
        ? this
        : new ArrayCost(
            name,
            readFemtojoulesPerCell,
            edgeFemtojoulesPerLine,
            pulseFemtojoules,
            transferFemtojoulesPerCell,
            readNanoseconds,
            updateNanoseconds,
            cellSquareMicrometres,
            edgeSquareMicrometresPerLine,
            tiles.rows(),
            tiles.columns());
  }

  /** A physical array. */
  ArrayTiles array() {
    return new ArrayTiles(arrayRows, arrayColumns);
  }

  /**
   * Energy.
   *
   * @param work of one array
   * @return nJ
   */
  public double nanojoules(Work work) {
    double cells = (double) work.rows() * work.columns();
    double lines = array().lines(work.rows(), work.columns());
    double reads = (double) work.forwardReads() + work.backwardReads();
    return (reads * (cells * readFemtojoulesPerCell + lines * edgeFemtojoulesPerLine)
            + work.pulses() * pulseFemtojoules
            + work.transfers() * cells * transferFemtojoulesPerCell)
        * 1e-6;
  }

  /**
   * Area.
   *
   * @param rows inputs, the bias row included
   * @param columns outputs
   * @return mm²
   */
  public double squareMillimetres(int rows, int columns) {
    return ((double) rows * columns * cellSquareMicrometres
            + array().lines(rows, columns) * edgeSquareMicrometresPerLine)
        * 1e-6;
  }

  /**
   * Time of one training example: arrays of a network work one after the other, forward and
   * backward, and are updated at the same time.
   *
   * @param arrays number of layers on arrays
   * @return µs
   */
  public double trainingMicroseconds(int arrays) {
    return trainingMicroseconds(arrays, 1);
  }

  /**
   * The same where layers are read and updated several times an example, as convolutions are.
   *
   * @param reads forward, of all layers together; as many go backward
   * @param updates of the layer that is updated most often
   * @return µs
   */
  public double trainingMicroseconds(long reads, long updates) {
    return (2.0 * reads * readNanoseconds + updates * updateNanoseconds) * 1e-3;
  }

  /**
   * Efficiency of reads.
   *
   * @param rows of the array
   * @param columns of the array
   * @return GOP/s/W, two operations a cell
   */
  public double gigaopsPerSecondPerWatt(int rows, int columns) {
    return OPERATIONS_PER_READ * rows * columns / nanojoules(Work.inference(rows, columns));
  }

  /**
   * Density of reads.
   *
   * @param rows of the array
   * @param columns of the array
   * @return TOP/s/mm², two operations a cell
   */
  public double teraopsPerSecondPerSquareMillimetre(int rows, int columns) {
    return OPERATIONS_PER_READ
        * rows
        * columns
        / (readNanoseconds * squareMillimetres(rows, columns))
        * 1e-3;
  }

  /**
   * What the figures rest on.
   *
   * @return a clause for reports
   */
  public String basis() {
    return equals(calibrated2018())
        ? "arrays: calibrated to the end points that Ambrogio et al. (2018) calculated for a design,"
            + " periphery included; no chip was measured, static power is not told apart, no supply"
            + " voltage is published"
        : "arrays: " + name;
  }

  /**
   * Examples go through the arrays one after the other: a read of each layer in turn, of a
   * convolution one for each position, which one example shows.
   */
  @Override
  public Cost of(NeuralNetwork network, INDArray examples) {
    if (NetworkCost.unseen(network) && examples.length() > 0) {
      HostNetwork.output(network, examples.get(NDArrayIndex.interval(0, 1)), null);
    }
    return NetworkCost.find(this, network)
        .map(
            found ->
                new Cost(
                    found.trainingMillijoules(),
                    found.inferenceNanojoules(),
                    found.squareMillimetres(),
                    1e9 / (found.readsPerExample() * readNanoseconds),
                    null,
                    basis()))
        .orElse(Cost.UNKNOWN);
  }
}
