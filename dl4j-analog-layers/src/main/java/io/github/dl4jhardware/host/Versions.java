package io.github.dl4jhardware.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.security.CodeSource;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Which versions a result was made with. */
public final class Versions {
  private static final Pattern OF_JAR = Pattern.compile("-(\\d[^/]*)\\.jar$");

  private Versions() {}

  /**
   * This library's.
   *
   * @return such as 0.1.0
   */
  public static String own() {
    try (InputStream in = Versions.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deeplearning4j's, by the name of its jar.
   *
   * @return such as 1.0.0-M2.1; "unknown" where its classes do not come from such a jar
   */
  public static String deeplearning4j() {
    CodeSource source = MultiLayerNetwork.class.getProtectionDomain().getCodeSource();
    URL jar = source == null ? null : source.getLocation();
    Matcher found = OF_JAR.matcher(jar == null ? "" : jar.getPath());
    return found.find() ? found.group(1) : "unknown";
  }
}
