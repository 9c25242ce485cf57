package io.github.dl4jhardware.neuromorphic.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.neuromorphic.deploy.SpikingNets;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** Programs as files. */
class SpkFileTest {
  @TempDir private Path directory;
  private Path file;
  private SpikingProgram program;

  @BeforeEach
  void write() throws IOException {
    InputType input = InputType.convolutional(5, 5, 1);
    program =
        SpikingProgram.compile(
            SpikingNets.random(
                1,
                DataType.FLOAT,
                input,
                new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(4).build(),
                new TrinaryConvolutionLayer.Builder(3, 3).nOut(6).groups(2).build(),
                new SpikePopulationOutputLayer.Builder().nOut(3).build()),
            input);
    file = directory.resolve("net.spk");
    SpkFile.write(program, file);
  }

  @Test
  void readsBack() throws IOException {
    float[][] frames = SpikingNets.pixels(2, 100, 25);
    SpikingProgram read = SpkFile.read(file);
    assertThat(read.packed().scores(frames)).isDeepEqualTo(program.packed().scores(frames));
    Path again = directory.resolve("again.spk");
    SpkFile.write(read, again);
    assertThat(again).hasSameBinaryContentAs(file);
    assertThat(directory).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void anyByteThatIsNotItselfIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      for (int mask : new int[] {1, 0x80, 0xff}) {
        byte[] damaged = bytes.clone();
        damaged[i] ^= (byte) mask;
        Files.write(file, damaged);
        assertThatThrownBy(() -> SpkFile.read(file))
            .as("byte %s", i)
            .isExactlyInstanceOf(IOException.class)
            .hasMessageContaining("net.spk");
      }
    }
  }

  @Test
  void anyCutIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> SpkFile.read(file))
          .as("%s bytes", length)
          .isExactlyInstanceOf(IOException.class)
          .hasMessageContaining("net.spk");
    }
  }

  @Test
  void newerVersionsSaySo() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[7] = 2;
    Files.write(file, bytes);
    assertThatThrownBy(() -> SpkFile.read(file))
        .hasMessageContaining("version 2")
        .hasMessageContaining("newer library");
  }

  @Test
  void nothingIsLeftOfAFailedWrite() {
    Path nowhere = directory.resolve("none").resolve("net.spk");
    assertThatThrownBy(() -> SpkFile.write(program, nowhere)).isInstanceOf(IOException.class);
    assertThat(directory).isDirectoryNotContaining("glob:**.part");
  }
}
