package io.github.dl4jhardware.examples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.examples.data.BadDataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A model that Keras saved, on hardware. */
class KerasConversionTest {
  /** What Keras computes, printed by the recipe beside the file. */
  private static final double[] OF_KERAS = {
    0.10832653939723969,
    0.09204616397619247,
    0.0705098956823349,
    0.07284557819366455,
    0.14618681371212006,
    0.07524402439594269,
    0.07033262401819229,
    0.09860984236001968,
    0.14009670913219452,
    0.12580181658267975
  };

  private MultiLayerNetwork imported;

  @BeforeEach
  void importModel() throws Exception {
    Path file =
        Path.of(
            Objects.requireNonNull(KerasConversionTest.class.getResource("/keras/small.h5"))
                .toURI());
    imported = (MultiLayerNetwork) SavedModels.read(file);
  }

  @Test
  void isWhatKerasComputes() {
    INDArray image = Nd4j.create(DataType.FLOAT, 1, 12, 12, 1);
    for (int i = 0; i < 144; i++) {
      image.putScalar(0, i / 12, i % 12, 0, (i % 7) / 7f);
    }
    INDArray output = imported.output(image);
    for (int c = 0; c < OF_KERAS.length; c++) {
      assertThat(output.getDouble(0, c)).isCloseTo(OF_KERAS[c], within(1e-5));
    }
  }

  private static Path changed(Path directory, String from, String to) throws IOException {
    byte[] whole =
        Objects.requireNonNull(KerasConversionTest.class.getResourceAsStream("/keras/small.h5"))
            .readAllBytes();
    // Bytes as characters, so that the length stays.
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    assertThat(to).hasSameSizeAs(from);
    Path file = directory.resolve("other.h5");
    Files.write(file, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    return file;
  }

  /** DL4J's import writes such values behind the layer's memory, and crashes some time later. */
  @Test
  void weightsOfOtherSizesThanTheLayersAreRefused(@TempDir Path directory) throws Exception {
    Path file = changed(directory, "\"units\": 16", "\"units\": 12");
    assertThatThrownBy(() -> SavedModels.read(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("other.h5 is no Keras model that DL4J can import: dense: ")
        .hasMessageContaining("16] in the file")
        .hasMessageContaining("12] in the layer");
  }

  /** They would be unpacked by a library of 2022 with known faults. */
  @Test
  void operationsOfTensorFlowAreRefused(@TempDir Path directory) throws Exception {
    Path file = changed(directory, "\"MaxPooling2D\"", "\"TFOpLambda\"  ");
    assertThatThrownBy(() -> SavedModels.read(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("layers of TensorFlow operations");
  }

  @Test
  void idealDevicesComputeTheSame() {
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(imported).dense(Analog.on(Synapses.ideal())).convert();
    assertThat(conversion.report().count(Outcome.CONVERTED)).isEqualTo(2);
    INDArray images = Nd4j.rand(DataType.FLOAT, 1000, 12, 12, 1);
    INDArray difference = conversion.network().output(images).sub(imported.output(images));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-5);
  }

  @Test
  void devicesHoldTheWeights() {
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(imported).dense(Analog.on(Synapses.pcmCapacitor2018())).convert();
    assertThat(conversion.network().getLayerWiseConfigurations().getConfs())
        .extracting(conf -> (Object) conf.getLayer().getClass())
        .filteredOn(AnalogDenseLayer.class::equals)
        .hasSize(2);
    INDArray images = Nd4j.rand(DataType.FLOAT, 100, 12, 12, 1);
    INDArray difference = conversion.network().output(images).sub(imported.output(images));
    // Half a pulse is 0.00125 of a weight, and 16 weights end in a class.
    assertThat(difference.amaxNumber().doubleValue()).isGreaterThan(1e-5).isLessThan(0.05);
  }
}
