package io.github.dl4jhardware.search;

import io.github.dl4jhardware.host.TypeNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Spaces, scores and cost models as Arbiter's JSON. What was written when a class stood in another
 * package is read as what it has become, where Arbiter's own reading knows present names alone; and
 * no class is made that is neither Arbiter's, DL4J's, ND4J's, ours nor {@link TypeNames#allow}ed.
 */
public final class SearchJson {
  private static final String KEY = "@class";
  private static final String BASE = "io.github.dl4jhardware.";
  private static final ObjectMapper TREES = new ObjectMapper();

  /** Names of before 0.1.0, and what they are now. */
  private static final Map<String, String> FORMER =
      Map.of(
          BASE + "analog.arbiter.HardwareAccuracy", HardwareAccuracy.class.getName(),
          BASE + "analog.arbiter.BudgetedAccuracy", BudgetedAccuracy.class.getName(),
          BASE + "cost.ArrayCost", BASE + "analog.cost.ArrayCost");

  private SearchJson() {}

  /**
   * Reads a space, a score or a cost model.
   *
   * @param json as {@link #write} or Arbiter has written it
   * @param type what it is to be, such as {@code MultiLayerSpace.class}
   * @param <T> that type
   * @return the object
   * @throws IOException if it is no JSON of that type, or names a class that is not allowed
   */
  public static <T> T read(String json, Class<T> type) throws IOException {
    TypeNames.check(json.getBytes(StandardCharsets.UTF_8), "The JSON");
    JsonNode tree = TREES.readTree(json);
    for (JsonNode each : tree.findParents(KEY)) {
      String now = FORMER.get(each.path(KEY).asText());
      if (now != null) {
        ((ObjectNode) each).put(KEY, now);
      }
    }
    return JsonMapper.getMapper().treeToValue(tree, type);
  }

  /**
   * Writes a space, a score or a cost model.
   *
   * @param value to be written
   * @return JSON
   * @throws IOException if it cannot be written as JSON
   */
  public static String write(Object value) throws IOException {
    return JsonMapper.getMapper().writeValueAsString(value);
  }
}
