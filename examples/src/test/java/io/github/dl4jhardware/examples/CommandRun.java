package io.github.dl4jhardware.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs a command as its main does, and keeps what it prints; for tests. */
public final class CommandRun {
  /** Such as {@code ConvertYourModel::run}. */
  public interface Command {
    int run(String[] args, PrintStream out, PrintStream err);
  }

  private final Command command;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  public CommandRun(Command command) {
    this.command = command;
  }

  /** Runs it; what was printed before is forgotten. */
  public int with(String... args) {
    out.reset();
    err.reset();
    return command.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  public String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String complaint() {
    return err.toString(StandardCharsets.UTF_8).strip();
  }
}
