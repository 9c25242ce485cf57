package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.convert.Distillation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Labels from a teacher. */
class DistillationTest {
  private static final MultiLayerNetwork TEACHER = Networks.software(new Sgd(0.1), DataType.FLOAT);

  private static INDArray labels(double temperature, double share) {
    DataSet data = Networks.data(8, 1, DataType.FLOAT);
    Distillation.of(TEACHER, temperature, share).preProcess(data);
    return data.getLabels();
  }

  /** Against the softmax of logits that are divided by the temperature. */
  @Test
  void labelsAreOfSoftenedLogits() {
    DataSet data = Networks.data(8, 1, DataType.FLOAT);
    INDArray logits = TEACHER.output(data.getFeatures()).dup();
    for (double temperature : new double[] {0.5, 1, 4}) {
      INDArray soft = labels(temperature, 1);
      INDArray mixed = labels(temperature, 0.25);
      for (int example = 0; example < 8; example++) {
        double sum = 0;
        double[] wanted = new double[Networks.CLASSES];
        for (int i = 0; i < wanted.length; i++) {
          // A softmax's logits, up to a constant.
          wanted[i] = Math.exp(Math.log(logits.getDouble(example, i)) / temperature);
          sum += wanted[i];
        }
        for (int i = 0; i < wanted.length; i++) {
          assertThat(soft.getDouble(example, i)).isCloseTo(wanted[i] / sum, within(1e-6));
          assertThat(mixed.getDouble(example, i))
              .isCloseTo(
                  0.25 * wanted[i] / sum + 0.75 * data.getLabels().getDouble(example, i),
                  within(1e-6));
        }
      }
    }
    assertThat(labels(3, 0)).isEqualTo(data.getLabels());
    // So low that powers of anything but the largest are below the smallest float.
    INDArray hard = labels(0.002, 1);
    for (int example = 0; example < 8; example++) {
      assertThat(hard.getRow(example).sumNumber().doubleValue()).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void anIteratorKeepsItsOwnPreprocessor() {
    DataSetIterator iterator =
        new ListDataSetIterator<>(List.of(Networks.data(8, 1, DataType.FLOAT)), 8);
    iterator.setPreProcessor(data -> data.getFeatures().muli(0));
    Distillation.of(TEACHER, 1, 1).around(iterator);
    INDArray seen = iterator.next().getLabels();
    INDArray ofNothing = TEACHER.output(Nd4j.zeros(DataType.FLOAT, 8, Networks.INPUTS));
    assertThat(seen.sub(ofNothing).amaxNumber().doubleValue()).isLessThan(1e-6);
  }

  /** The pupil comes to say what the teacher says. */
  @Test
  void aPupilLearnsFromIt() {
    MultiLayerNetwork pupil = Networks.software(new Adam(0.01), DataType.FLOAT);
    pupil.setParams(pupil.params().mul(-0.5));
    INDArray features = Networks.data(64, 1, DataType.FLOAT).getFeatures();
    double before = distance(pupil, features);
    DataSetIterator iterator =
        Distillation.of(TEACHER, 1, 1)
            .around(new ListDataSetIterator<>(List.of(Networks.data(64, 1, DataType.FLOAT)), 64));
    pupil.fit(iterator, 400);
    assertThat(distance(pupil, features)).isLessThan(0.1 * before);
  }

  private static double distance(MultiLayerNetwork pupil, INDArray features) {
    return pupil.output(features).sub(TEACHER.output(features)).amaxNumber().doubleValue();
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> Distillation.of(TEACHER, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("temperature")
        .hasMessageContaining("0.0");
    assertThatThrownBy(() -> Distillation.of(TEACHER, 1, 1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("share")
        .hasMessageContaining("1.5");
    DataSet other = new DataSet(Nd4j.zeros(2, Networks.INPUTS), Nd4j.zeros(2, 7));
    assertThatThrownBy(() -> Distillation.of(TEACHER, 1, 1).preProcess(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2, 4]")
        .hasMessageContaining("[2, 7]");
  }

  private static INDArray taught(Distillation distillation, long seed) {
    DataSet data = Networks.data(12, seed, DataType.FLOAT);
    distillation.preProcess(data);
    return data.getLabels();
  }

  /** The teacher is asked once for an example, by this object and by the next. */
  @Test
  void whatWasSaidIsKeptOnDisk(@TempDir Path folder) throws IOException {
    MultiLayerNetwork teacher = Networks.software(new Sgd(0.1), DataType.FLOAT);
    INDArray wanted = taught(Distillation.of(teacher, 2, 0.5), 1);
    Distillation cached = Distillation.of(teacher, 2, 0.5).cached(folder);
    assertThat(taught(cached, 1)).isEqualTo(wanted);
    Path file = only(folder);
    long size = Files.size(file);
    assertThat(taught(cached, 1)).isEqualTo(wanted);
    assertThat(Files.size(file)).isEqualTo(size);
    // A teacher that has changed since it was opened shows that nobody asks it.
    Distillation again = Distillation.of(teacher, 2, 0.5).cached(folder);
    INDArray former = teacher.params().dup();
    teacher.params().muli(3);
    assertThat(taught(again, 1)).isEqualTo(wanted);
    assertThat(taught(again, 2)).isNotEqualTo(taught(Distillation.of(TEACHER, 2, 0.5), 2));
    teacher.params().assign(former);

    // Other parameters are another teacher; another temperature is not.
    Distillation other = Distillation.of(TEACHER, 4, 1).cached(folder);
    assertThat(taught(other, 1)).isEqualTo(taught(Distillation.of(TEACHER, 4, 1), 1));
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  /** Cut at any byte, or with a byte changed, the file gives what it still can, and goes on. */
  @Test
  void aDamagedFileIsMended(@TempDir Path folder) throws IOException {
    INDArray wanted = taught(Distillation.of(TEACHER, 1, 1), 1);
    taught(Distillation.of(TEACHER, 1, 1).cached(folder), 1);
    Path file = only(folder);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 24; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(taught(Distillation.of(TEACHER, 1, 1).cached(folder), 1)).isEqualTo(wanted);
      assertThat(Files.readAllBytes(file)).as("cut at %d", length).isEqualTo(whole);
    }
    for (int at = 24; at < whole.length; at += 11) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x10;
      Files.write(file, changed);
      assertThat(taught(Distillation.of(TEACHER, 1, 1).cached(folder), 1))
          .as("changed at %d", at)
          .isEqualTo(wanted);
    }
    Files.writeString(file, "something else");
    assertThatThrownBy(() -> Distillation.of(TEACHER, 1, 1).cached(folder))
        .hasMessageContaining("is none of a teacher's labels");
  }
}
