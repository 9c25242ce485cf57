package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.convert.Distillation;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.examples.console.Progress;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.MirrorImageTransform;
import io.github.dl4jhardware.examples.data.ShiftImageTransform;
import io.github.dl4jhardware.examples.model.SavedModels;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.host.ModelZip;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Hardware-aware training with the source as teacher: noise of programming and reading in each
 * forward pass, images shifted and mirrored, Adam. Gone on with from its checkpoint.
 */
final class ResNetRetraining {
  static final int BATCH = 64;

  /** No result is of it. */
  private static final long TRAINING_CHIP = 1_000_001;

  private final Path out;
  private final ResNetImages images;
  private final PrintStream console;
  private final int epochs;
  private final int examples;
  private final double rate;

  private final ResNetValidation validation;

  ResNetRetraining(
      Path out,
      ResNetImages images,
      PrintStream console,
      int epochs,
      int examples,
      double rate,
      ResNetValidation validation) {
    this.out = out;
    this.images = images;
    this.console = console;
    this.epochs = epochs;
    this.examples = examples;
    this.rate = rate;
    this.validation = validation;
  }

  /**
   * The network of the best epoch by {@link ResNetValidation}; epoch 0 is the source as it came.
   */
  ComputationGraph of(ComputationGraph teacher, InferenceSynapse synapse, Images train)
      throws IOException {
    Path checkpoint = out.resolve("checkpoint.zip");
    Path best = out.resolve("best.zip");
    Path curve = out.resolve("retraining.csv");
    ComputationGraph pupil;
    StringBuilder rows = new StringBuilder("epoch,train_loss,validation_accuracy_a_day_percent\n");
    double highest = 0;
    if (Files.exists(checkpoint)) {
      pupil = ModelZip.restoreComputationGraph(checkpoint);
      rows = new StringBuilder(Files.readString(curve));
      for (String row : rows.toString().lines().skip(1).toList()) {
        highest = Math.max(highest, Double.parseDouble(row.split(",", -1)[2]));
      }
    } else {
      pupil = fresh(teacher, synapse);
    }
    if (!Files.exists(checkpoint)) {
      ComputationGraph asItCame =
          fresh(teacher, synapse.withClipDeviations(Double.POSITIVE_INFINITY));
      highest = validation.aDayLaterPercent(asItCame);
      rows.append(String.format(Locale.ROOT, "0,,%.2f%n", highest));
      console.printf(
          Locale.ROOT,
          "before retraining, a day after programming %6.2f %% of %,d validation images%n",
          highest,
          validation.images());
      SavedModels.write(asItCame, best);
    }
    ImageBatches batches =
        new ImageBatches(train, List.of(new ShiftImageTransform(4), new MirrorImageTransform()), 1);
    Distillation labels = Distillation.of(teacher, 1, 1);
    Progress progress = new Progress(console);
    for (int epoch = pupil.getConfiguration().getEpochCount(); epoch < epochs; epoch++) {
      int[] order = batches.order(epoch);
      double loss = 0;
      long start = System.nanoTime();
      for (int from = 0; from < examples; from += BATCH) {
        DataSet batch = images.seen(batches.batch(order, from, from + BATCH, epoch));
        labels.preProcess(batch);
        pupil.fit(batch);
        loss += pupil.score();
        progress.show(
            "epoch " + (epoch + 1) + " of " + epochs,
            from + BATCH,
            examples,
            (System.nanoTime() - start) * 1e-9,
            0);
      }
      progress.clear();
      pupil.incrementEpochCount();
      double accuracy = validation.aDayLaterPercent(pupil);
      double mean = loss * BATCH / examples;
      rows.append(String.format(Locale.ROOT, "%d,%.4f,%.2f%n", epoch + 1, mean, accuracy));
      console.printf(
          Locale.ROOT,
          "epoch %3d  loss %.4f  a day after programming %6.2f %% of %,d validation images%n",
          epoch + 1,
          mean,
          accuracy,
          validation.images());
      if (accuracy > highest) {
        highest = accuracy;
        SavedModels.write(pupil, best);
      }
      WholeFile.write(curve, rows.toString().getBytes(StandardCharsets.UTF_8));
      SavedModels.write(pupil, checkpoint);
    }
    return ModelZip.restoreComputationGraph(best);
  }

  private ComputationGraph fresh(ComputationGraph source, InferenceSynapse synapse) {
    ComputationGraph plain =
        HardwareConversion.of(source).with(Analog.toSoftware()).convert().network();
    ComputationGraph pupil = ResNetStudy.onArrays(plain, synapse, ArrayEdges.IDEAL, TRAINING_CHIP);
    int steps = epochs * (examples / BATCH);
    for (Layer layer : pupil.getLayers()) {
      if (layer.conf().getLayer() instanceof BaseLayer trained) {
        trained.setIUpdater(new Adam(new PolySchedule(ScheduleType.ITERATION, rate, 1, steps)));
      }
    }
    return pupil;
  }
}
