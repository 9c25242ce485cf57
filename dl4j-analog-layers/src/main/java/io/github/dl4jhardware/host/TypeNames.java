package io.github.dl4jhardware.host;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * The list of classes that a configuration may name. JSON of DL4J's makes an object of any class
 * that a key {@code @class} names, so a file from elsewhere could have one made of whatever is on
 * the class path.
 */
public final class TypeNames {
  private static final String KEY = "@class";
  private static final List<String> PACKAGES =
      List.of("org.deeplearning4j.", "org.nd4j.", "io.github.dl4jhardware.");

  /** Other projects' classes, under ND4J's name. */
  private static final String SHADED = "org.nd4j.shade.";

  private static final Set<String> ALLOWED = ConcurrentHashMap.newKeySet();

  /** Configurations nest a dozen deep; thousands are an attack on the reader's stack. */
  private static final int DEEPEST = 200;

  private TypeNames() {}

  /**
   * Allows a class of the user's own in configurations that are read, for as long as the program
   * runs.
   *
   * @param type such as a layer or an updater
   */
  public static void allow(Class<?> type) {
    ALLOWED.add(type.getName());
  }

  /**
   * Looks through a configuration before anything is made of it.
   *
   * @param json its text
   * @param what it is called in messages
   * @throws IOException if it is no JSON, or names a class that is not allowed; the message says
   *     which and where
   */
  public static void check(byte[] json, String what) throws IOException {
    int depth = 0;
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > DEEPEST) {
          throw new IOException(what + " is nested deeper than " + DEEPEST + " levels");
        }
        if (token == JsonToken.FIELD_NAME && parser.getCurrentName().equals(KEY)) {
          parser.nextToken();
          String name = parser.getText();
          if (!allowed(name)) {
            throw new IOException(
                what
                    + " names the class "
                    + name
                    + " in line "
                    + parser.getTokenLocation().getLineNr()
                    + ", which is neither DL4J's, ND4J's nor ours. If it is yours and the file is to be trusted, call TypeNames.allow("
                    + name.substring(name.lastIndexOf('.') + 1)
                    + ".class) first");
          }
        }
      }
    } catch (JsonProcessingException e) {
      throw new IOException(
          what
              + " is no JSON: see line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr(),
          e);
    }
  }

  private static boolean allowed(String name) {
    boolean known = !name.startsWith(SHADED) && PACKAGES.stream().anyMatch(name::startsWith);
    return known || ALLOWED.contains(name);
  }
}
