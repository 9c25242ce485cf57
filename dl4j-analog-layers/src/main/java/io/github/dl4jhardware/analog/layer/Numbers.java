package io.github.dl4jhardware.analog.layer;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Java array of a network's own type, in which loops work on what lies in ND4J's arrays. Those
 * are row-major and contiguous here, and are addressed by the place of a number.
 */
abstract sealed class Numbers {
  static Numbers of(DataType type, int length) {
    return type == DataType.FLOAT ? new Singles(length) : new Doubles(length);
  }

  /** Takes numbers of an ND4J array, to place {@code at} and on. */
  abstract void load(INDArray source, long from, int at, int count);

  /** Hands numbers to an ND4J array, from place {@code at} on. */
  abstract void store(INDArray target, long to, int at, int count);

  abstract void clear();

  /** Copies stretches of images, which this holds from a place on, into patches. */
  final void gather(PatchRuns runs, int start, Numbers patches) {
    for (int image = 0; image < runs.images().times(); image++) {
      for (int channel = 0; channel < runs.channels().times(); channel++) {
        copy(
            runs,
            start + image * runs.images().from() + channel * runs.channels().from(),
            image * runs.images().to() + channel * runs.channels().to(),
            patches);
      }
    }
  }

  /** Adds patches up where their stretches come from, in images from a place on. */
  final void scatter(PatchRuns runs, int start, Numbers patches) {
    for (int image = 0; image < runs.images().times(); image++) {
      for (int channel = 0; channel < runs.channels().times(); channel++) {
        add(
            runs,
            start + image * runs.images().from() + channel * runs.channels().from(),
            image * runs.images().to() + channel * runs.channels().to(),
            patches);
      }
    }
  }

  abstract void copy(PatchRuns runs, int from, int to, Numbers patches);

  abstract void add(PatchRuns runs, int from, int to, Numbers patches);

  /** Adds one number to a stretch. */
  abstract void add(double number, int at, int count);

  /** Adds numbers, one after the other, to a stretch. */
  abstract void add(Numbers others, int from, int at, int count);

  /** Takes the magnitudes of others, which may be this. */
  abstract void magnitudes(Numbers others, int count);

  /** The sum of numbers that stand a step apart. */
  abstract double sum(int at, int step, int count);

  abstract double number(int at);

  abstract void set(int at, double number);

  final float single(int at) {
    return (float) number(at);
  }

  /**
   * Hands over a matrix, each line a column of it.
   *
   * @param target {@code [width, lines]}
   * @param byLine whether this holds {@code [lines, width]}, else the same as the target
   */
  abstract void singles(float[] target, int lines, int width, boolean byLine);

  /** Takes such a matrix. */
  abstract void take(float[] source, int lines, int width, boolean byLine);

  // CPD-OFF The same loops over the two types that networks have.

  private static final class Singles extends Numbers {
    private final float[] values;

    Singles(int length) {
      values = new float[length];
    }

    @Override
    void load(INDArray source, long from, int at, int count) {
      new FloatPointer(source.data().addressPointer()).position(from).get(values, at, count);
    }

    @Override
    void store(INDArray target, long to, int at, int count) {
      new FloatPointer(target.data().addressPointer()).position(to).put(values, at, count);
    }

    @Override
    void clear() {
      Arrays.fill(values, 0);
    }

    @Override
    void copy(PatchRuns runs, int from, int to, Numbers patches) {
      float[] target = ((Singles) patches).values;
      for (int run = 0; run < runs.count(); run++) {
        int length = runs.length(run);
        int source = from + runs.from(run);
        int place = to + runs.to(run);
        if (length == 1) {
          target[place] = values[source];
        } else {
          System.arraycopy(values, source, target, place, length);
        }
      }
    }

    @Override
    void add(PatchRuns runs, int from, int to, Numbers patches) {
      float[] source = ((Singles) patches).values;
      for (int run = 0; run < runs.count(); run++) {
        add(source, to + runs.to(run), from + runs.from(run), runs.length(run));
      }
    }

    private void add(float[] source, int from, int at, int count) {
      for (int i = 0; i < count; i++) {
        values[at + i] += source[from + i];
      }
    }

    @Override
    void add(double number, int at, int count) {
      float single = (float) number;
      for (int i = at; i < at + count; i++) {
        values[i] += single;
      }
    }

    @Override
    void add(Numbers others, int from, int at, int count) {
      add(((Singles) others).values, from, at, count);
    }

    @Override
    void magnitudes(Numbers others, int count) {
      float[] source = ((Singles) others).values;
      for (int i = 0; i < count; i++) {
        values[i] = Math.abs(source[i]);
      }
    }

    @Override
    void singles(float[] target, int lines, int width, boolean byLine) {
      int perLine = byLine ? width : 1;
      int perNumber = byLine ? 1 : lines;
      for (int of = 0; of < width; of++) {
        for (int line = 0; line < lines; line++) {
          target[of * lines + line] = values[line * perLine + of * perNumber];
        }
      }
    }

    @Override
    void take(float[] source, int lines, int width, boolean byLine) {
      int perLine = byLine ? width : 1;
      int perNumber = byLine ? 1 : lines;
      for (int of = 0; of < width; of++) {
        for (int line = 0; line < lines; line++) {
          values[line * perLine + of * perNumber] = source[of * lines + line];
        }
      }
    }

    @Override
    double sum(int at, int step, int count) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += values[at + i * step];
      }
      return sum;
    }

    @Override
    double number(int at) {
      return values[at];
    }

    @Override
    void set(int at, double number) {
      values[at] = (float) number;
    }
  }

  private static final class Doubles extends Numbers {
    private final double[] values;

    Doubles(int length) {
      values = new double[length];
    }

    @Override
    void load(INDArray source, long from, int at, int count) {
      new DoublePointer(source.data().addressPointer()).position(from).get(values, at, count);
    }

    @Override
    void store(INDArray target, long to, int at, int count) {
      new DoublePointer(target.data().addressPointer()).position(to).put(values, at, count);
    }

    @Override
    void clear() {
      Arrays.fill(values, 0);
    }

    @Override
    void copy(PatchRuns runs, int from, int to, Numbers patches) {
      double[] target = ((Doubles) patches).values;
      for (int run = 0; run < runs.count(); run++) {
        System.arraycopy(
            values, from + runs.from(run), target, to + runs.to(run), runs.length(run));
      }
    }

    @Override
    void add(PatchRuns runs, int from, int to, Numbers patches) {
      for (int run = 0; run < runs.count(); run++) {
        add(patches, to + runs.to(run), from + runs.from(run), runs.length(run));
      }
    }

    @Override
    void add(double number, int at, int count) {
      for (int i = at; i < at + count; i++) {
        values[i] += number;
      }
    }

    @Override
    void add(Numbers others, int from, int at, int count) {
      double[] source = ((Doubles) others).values;
      for (int i = 0; i < count; i++) {
        values[at + i] += source[from + i];
      }
    }

    @Override
    void magnitudes(Numbers others, int count) {
      double[] source = ((Doubles) others).values;
      for (int i = 0; i < count; i++) {
        values[i] = Math.abs(source[i]);
      }
    }

    @Override
    void singles(float[] target, int lines, int width, boolean byLine) {
      int perLine = byLine ? width : 1;
      int perNumber = byLine ? 1 : lines;
      for (int of = 0; of < width; of++) {
        for (int line = 0; line < lines; line++) {
          target[of * lines + line] = (float) values[line * perLine + of * perNumber];
        }
      }
    }

    @Override
    void take(float[] source, int lines, int width, boolean byLine) {
      int perLine = byLine ? width : 1;
      int perNumber = byLine ? 1 : lines;
      for (int of = 0; of < width; of++) {
        for (int line = 0; line < lines; line++) {
          values[line * perLine + of * perNumber] = source[of * lines + line];
        }
      }
    }

    @Override
    double sum(int at, int step, int count) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += values[at + i * step];
      }
      return sum;
    }

    @Override
    double number(int at) {
      return values[at];
    }

    @Override
    void set(int at, double number) {
      values[at] = number;
    }
  }
}
