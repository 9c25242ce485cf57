package io.github.dl4jhardware.examples.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Free Spoken Digit Dataset of Z. Jackson and others: recordings {@code DIGIT_SPEAKER_N.wav} of
 * one digit each. By its authors' rule those with N below 5 are for testing.
 */
public final class SpokenDigits {
  /** The folder's name, in a folder of data sets. */
  public static final String FOLDER = "free-spoken-digit-dataset";

  private static final Pattern NAME = Pattern.compile("(\\d)_([A-Za-z]+)_(\\d+)\\.wav");
  private static final int TESTS = 5;
  private static final int DIGITS = 10;

  private SpokenDigits() {}

  /**
   * Looks for the recordings.
   *
   * @param folders of data sets, or the set's own
   * @return the folder with the files; null if there is none
   */
  public static @Nullable Path find(DataFolders folders) {
    for (Path root : folders.roots()) {
      for (Path each :
          List.of(root.resolve(FOLDER).resolve("recordings"), root.resolve("recordings"), root)) {
        if (Files.isRegularFile(each.resolve("0_george_0.wav"))) {
          return each;
        }
      }
    }
    return null;
  }

  /**
   * Reads all recordings of a folder.
   *
   * @param recordings the folder with the files; files of other names are left out
   * @param features what a recording becomes
   * @return both sets, in the order of the files' names
   * @throws IOException if a file cannot be read, is no sound, or has another rate than the
   *     features are of; the message names it
   */
  public static SequenceFolder.Pair read(Path recordings, LogMel features) throws IOException {
    List<float[][]> train = new ArrayList<>();
    List<Integer> trainLabels = new ArrayList<>();
    List<float[][]> test = new ArrayList<>();
    List<Integer> testLabels = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> children = Files.list(recordings)) {
      files = children.sorted().toList();
    }
    for (Path file : files) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches()) {
        boolean tests = Integer.parseInt(name.group(3)) < TESTS;
        (tests ? test : train).add(features.of(samples(file, features.samplesPerSecond())));
        (tests ? testLabels : trainLabels).add(Integer.parseInt(name.group(1)));
      }
    }
    if (train.isEmpty() || test.isEmpty()) {
      throw new BadDataException(
          recordings
              + " has "
              + train.size()
              + " recordings to train on and "
              + test.size()
              + " to test on, by names such as 7_jackson_12.wav; both must be there");
    }
    return new SequenceFolder.Pair(sequences(train, trainLabels), sequences(test, testLabels));
  }

  private static Sequences sequences(List<float[][]> steps, List<Integer> labels) {
    return new Sequences(
        steps.toArray(float[][][]::new),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        DIGITS);
  }

  /** The samples of a recording of the features' rate. */
  private static double[] samples(Path file, int samplesPerSecond) throws IOException {
    Sound sound = Sound.read(file);
    if (sound.samplesPerSecond() != samplesPerSecond) {
      throw new BadDataException(
          file
              + " has "
              + sound.samplesPerSecond()
              + " samples a second; "
              + samplesPerSecond
              + " are expected");
    }
    return sound.samples();
  }
}
