package io.github.dl4jhardware.files;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;

/** What libraries say of a failure, where it is fit for people. */
public final class Causes {
  /** A class with its package, which often stands before the words of another library. */
  private static final Pattern CLASS = Pattern.compile("\\b(?:[a-z]\\w*\\.)+[A-Z][\\w$]*:? ?");

  private static final Pattern OF_JAVA = Pattern.compile("\\bnull\\b|\\w+(Exception|Error)\\b");

  private Causes() {}

  /**
   * What the file system says, which by itself names the file alone.
   *
   * @param failure of an operation on files
   * @return the file and what is wrong with it
   */
  public static String of(FileSystemException failure) {
    String file = failure.getFile() == null ? "a file" : failure.getFile();
    if (failure instanceof NoSuchFileException) {
      return file + " does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return file + ": the permission is missing";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return file + " exists already";
    }
    if (failure instanceof NotDirectoryException) {
      return file + " is no folder";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return file + " is a folder that is not empty";
    }
    if (failure instanceof FileSystemLoopException) {
      return file + " leads back to itself by links";
    }
    return failure.getReason() == null ? file + " failed" : file + ": " + failure.getReason();
  }

  /**
   * A library's own words, to stand at the end of a message of ours.
   *
   * @param cause what was thrown
   * @return a colon and the words, without the names of classes; empty if there are none
   */
  public static String after(Throwable cause) {
    String message = cause.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    String words = CLASS.matcher(line).replaceAll("").strip();
    return words.isEmpty() || OF_JAVA.matcher(words).find() ? "" : ": " + words;
  }
}
