package io.github.dl4jhardware.examples.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads recordings from a folder for each class, {@code train/CLASS} and {@code test/CLASS}, in the
 * order of their names, as sequences of log-mel frames: WAV files of one rate, whatever it is.
 */
public final class SoundFolder {
  private static final int MAX_SOUNDS = 1_000_000;
  private static final int LEAST_RATE = 200;
  private static final int MOST_RATE = 384_000;

  private SoundFolder() {}

  /**
   * Reads a folder.
   *
   * @param directory holds {@code train} and {@code test}, both with the same classes
   * @return both sets
   * @throws IOException if a file cannot be read or has another rate than the first; the message
   *     names it
   */
  public static SequenceFolder.Pair read(Path directory) throws IOException {
    Path train = directory.resolve("train");
    Path test = directory.resolve("test");
    List<String> classes = ClassFolders.sameIn(train, test);
    Path first = ClassFolders.files(train.resolve(classes.get(0))).get(0);
    check(first);
    int rate = Sound.read(first).samplesPerSecond();
    if (rate < LEAST_RATE || rate > MOST_RATE) {
      throw new BadDataException(
          first
              + " has "
              + rate
              + " samples a second; "
              + LEAST_RATE
              + " to "
              + MOST_RATE
              + " are read");
    }
    LogMel features = LogMel.speech(rate);
    return new SequenceFolder.Pair(
        read(train, classes, features, first), read(test, classes, features, first));
  }

  /** Whether a file is a recording by its name. */
  static boolean named(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".wav");
  }

  private static void check(Path file) throws BadDataException {
    if (!Files.isRegularFile(file) || !named(file)) {
      throw new BadDataException(
          file + ", offset 0: not a recording by its name, which is to end in .wav");
    }
  }

  private static Sequences read(Path directory, List<String> classes, LogMel features, Path first)
      throws IOException {
    List<float[][]> steps = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      for (Path file : ClassFolders.files(directory.resolve(classes.get(label)))) {
        check(file);
        if (steps.size() == MAX_SOUNDS) {
          throw new BadDataException(directory + " has more than " + MAX_SOUNDS + " recordings");
        }
        Sound sound = Sound.read(file);
        if (sound.samplesPerSecond() != features.samplesPerSecond()) {
          throw new BadDataException(
              file
                  + " has "
                  + sound.samplesPerSecond()
                  + " samples a second, but "
                  + first
                  + " has "
                  + features.samplesPerSecond());
        }
        steps.add(features.of(sound.samples()));
        labels.add(label);
      }
    }
    return new Sequences(
        steps.toArray(float[][][]::new),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        classes.size());
  }
}
