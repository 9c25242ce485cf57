package io.github.dl4jhardware.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The pom that users are to copy has the versions of this project's own. */
class PomInDocsTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "your-first-analogue-layer.md");

  private static Element parsed(byte[] xml) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml));
    return document.getDocumentElement();
  }

  private static String text(Element in, String name) {
    return in.getElementsByTagName(name).item(0).getTextContent();
  }

  /** The version of a plugin where it is first named. */
  private static String plugin(Element pom, String artifact) {
    NodeList plugins = pom.getElementsByTagName("plugin");
    for (int i = 0; i < plugins.getLength(); i++) {
      Element each = (Element) plugins.item(i);
      if (text(each, "artifactId").equals(artifact)) {
        return text(each, "version");
      }
    }
    throw new AssertionError("no plugin " + artifact);
  }

  @Test
  void versionsAreOurs() throws Exception {
    Matcher block = Pattern.compile("(?s)```xml\n(.*?)\n```").matcher(Files.readString(DOCUMENT));
    assertThat(block.find()).isTrue();
    Element theirs = parsed(block.group(1).getBytes(StandardCharsets.UTF_8));
    Map<String, String> versions = new HashMap<>();
    NodeList dependencies = theirs.getElementsByTagName("dependency");
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element each = (Element) dependencies.item(i);
      versions.put(text(each, "artifactId"), text(each, "version"));
    }
    // The compiler plugin that Maven 3.8 takes by itself knows no release.
    NodeList plugins = theirs.getElementsByTagName("plugin");
    for (int i = 0; i < plugins.getLength(); i++) {
      Element each = (Element) plugins.item(i);
      versions.put(text(each, "artifactId"), text(each, "version"));
    }
    Element ours = parsed(Files.readAllBytes(Path.of("..", "pom.xml")));
    Element bom = parsed(Files.readAllBytes(Path.of("..", "bom", "pom.xml")));
    assertThat(versions)
        .containsEntry("dl4j-analog-layers", text(ours, "version"))
        .containsEntry("nd4j-native-platform", text(ours, "dl4j.version"))
        .containsEntry("maven-compiler-plugin", plugin(ours, "maven-compiler-plugin"))
        .containsEntry("exec-maven-plugin", plugin(ours, "exec-maven-plugin"))
        .containsEntry("slf4j-simple", text(ours, "slf4j.version"));
    assertThat(text(theirs, "maven.compiler.release"))
        .isEqualTo(text(ours, "maven.compiler.release"));
    assertThat(text(theirs, "exec.mainClass")).isEqualTo("FirstAnalogLayer");
    assertThat(text(bom, "version")).isEqualTo(text(ours, "version"));
  }
}
