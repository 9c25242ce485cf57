package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.layer.PatchParts.Part;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution as products with the matrix that its kernel unrolls to: patches of images are
 * gathered, multiplied by native code, and what goes back is added up where the patches came from.
 */
final class Unrolled {
  private final DataType type;
  private final PatchParts parts;

  Unrolled(DataType type) {
    this.type = type;
    parts = new PatchParts(type);
  }

  /**
   * The sums of all columns at all positions.
   *
   * @param s sizes
   * @param input images of the input shape, row-major
   * @param weights {@code [rows, outputs]}, row-major
   * @param bias one number a column; null for none
   * @param output images of the output shape, row-major; overwritten
   * @param reader takes the place of the product where there are converters; null for none
   */
  void forward(
      ConvolutionShape s,
      INDArray input,
      INDArray weights,
      @Nullable INDArray bias,
      INDArray output,
      CrossbarReads.@Nullable Reader reader) {
    List<Part> all = parts.of(s);
    Numbers offsets = Numbers.of(type, bias == null ? 0 : s.outputs());
    if (bias != null) {
      offsets.load(bias, 0, 0, s.outputs());
    }
    INDArray[] ofGroups = ofGroups(s, weights);
    for (Part part : all) {
      for (int group = 0; group < s.groups(); group++) {
        parts.gather(s, part, input, group);
        if (reader == null) {
          multiply(s, part, ofGroups[group]);
        } else {
          read(s, part, group, reader);
        }
        if (bias != null) {
          addBias(s, part, offsets, group);
        }
        parts.storeSums(s, part, group, output);
      }
    }
  }

  /** Each group's weights, row-major. */
  private static INDArray[] ofGroups(ConvolutionShape s, INDArray weights) {
    INDArray[] groups = new INDArray[s.groups()];
    Arrays.setAll(
        groups,
        group -> {
          INDArray view = PatchParts.ofGroup(s, weights, group);
          return groups.length == 1 ? view : view.dup('c');
        });
    return groups;
  }

  private void multiply(ConvolutionShape s, Part part, INDArray w) {
    parts.patches().store(part.patch(), 0, 0, part.lines() * s.rows());
    // In the order of columns, which native products write.
    INDArray sum = part.sum().transpose();
    if (s.channelsLast()) {
      Nd4j.gemm(w, part.patch(), sum, true, true, 1, 0);
    } else {
      Nd4j.gemm(part.patch(), w, sum, true, false, 1, 0);
    }
    parts.sums().load(part.sum(), 0, 0, part.lines() * s.outputsOfGroup());
  }

  private void read(ConvolutionShape s, Part part, int group, CrossbarReads.Reader reader) {
    read(s, part, group, reader, parts.patches(), s.rows(), parts.sums(), s.outputsOfGroup());
  }

  private static void read(
      ConvolutionShape s,
      Part part,
      int group,
      CrossbarReads.Reader reader,
      Numbers in,
      int inputs,
      Numbers out,
      int outputs) {
    int count = part.lines();
    int[] examples = new int[count];
    int[] indices = new int[count];
    PatchParts.eachLine(
        s,
        part,
        group,
        (at, example, index) -> {
          examples[at] = example;
          indices[at] = index;
        });
    float[] lines = new float[inputs * count];
    float[] read = new float[outputs * count];
    in.singles(lines, count, inputs, s.channelsLast());
    reader.read(lines, examples, indices, group, read);
    out.take(read, count, outputs, s.channelsLast());
  }

  private void addBias(ConvolutionShape s, Part part, Numbers offsets, int group) {
    int width = s.outputsOfGroup();
    if (s.channelsLast()) {
      for (int line = 0; line < part.lines(); line++) {
        parts.sums().add(offsets, group * width, line * width, width);
      }
    } else {
      for (int column = 0; column < width; column++) {
        double offset = offsets.number(group * width + column);
        parts.sums().add(offset, column * part.lines(), part.lines());
      }
    }
  }

  /**
   * What goes back to the input.
   *
   * @param s sizes
   * @param delta images of the output shape, row-major
   * @param weights {@code [rows, outputs]}, row-major
   * @param errors images of the input shape, row-major; overwritten
   * @param reader takes the place of the product where there are converters; null for none
   */
  void backward(
      ConvolutionShape s,
      INDArray delta,
      INDArray weights,
      INDArray errors,
      CrossbarReads.@Nullable Reader reader) {
    List<Part> all = parts.of(s);
    INDArray[] ofGroups = ofGroups(s, weights);
    Numbers images = parts.images();
    int ofImage = s.pixels() * s.channels();
    for (Part part : all) {
      if (part.rowFrom() == 0) {
        images.clear();
      }
      for (int group = 0; group < s.groups(); group++) {
        parts.loadSums(s, part, group, delta);
        if (reader == null) {
          multiplyBack(s, part, ofGroups[group]);
        } else {
          readBack(s, part, group, reader);
        }
        images.scatter(part.runs(), PatchParts.start(s, group), parts.backPatches());
      }
      if (part.rowTo() == s.outHeight()) {
        images.store(errors, (long) part.first() * ofImage, 0, part.count() * ofImage);
      }
    }
  }

  private void multiplyBack(ConvolutionShape s, Part part, INDArray w) {
    parts.sums().store(part.sum(), 0, 0, part.lines() * s.outputsOfGroup());
    INDArray back = part.patch().transpose();
    if (s.channelsLast()) {
      Nd4j.gemm(w, part.sum(), back, false, true, 1, 0);
    } else {
      Nd4j.gemm(part.sum(), w, back, true, true, 1, 0);
    }
    parts.backPatches().load(part.patch(), 0, 0, part.lines() * s.rows());
  }

  private void readBack(ConvolutionShape s, Part part, int group, CrossbarReads.Reader reader) {
    read(s, part, group, reader, parts.sums(), s.outputsOfGroup(), parts.backPatches(), s.rows());
  }

  /**
   * Inputs and deltas as the pairs of vectors that update the array.
   *
   * @param s sizes
   * @param input images of the input shape, row-major
   * @param delta images of the output shape, row-major
   * @param arrayRows of the crossbar; one more than inputs where the bias is a row
   */
  Lines lines(ConvolutionShape s, INDArray input, INDArray delta, int arrayRows) {
    return new ConvolutionLines(parts, s, input, delta, arrayRows);
  }
}
