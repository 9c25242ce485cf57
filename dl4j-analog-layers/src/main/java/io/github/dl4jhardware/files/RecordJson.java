package io.github.dl4jhardware.files;

import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Collectors;
import org.nd4j.shade.jackson.core.JsonLocation;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonMappingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.exc.InvalidFormatException;
import org.nd4j.shade.jackson.databind.exc.InvalidTypeIdException;
import org.nd4j.shade.jackson.databind.exc.UnrecognizedPropertyException;
import org.nd4j.shade.jackson.databind.exc.ValueInstantiationException;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Records as JSON. What a run goes on from carries a digest of its own content, so that nothing
 * that was changed is taken for a result; how the text is laid out does not count.
 */
public final class RecordJson {
  private static final String SEAL = "sha256_of_the_rest";
  private static final long MOST_BYTES = 256L << 20;
  private static final int DEEPEST = 64;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What we write has every component; what people write need not have those with a default. */
  private static final ObjectMapper COMPLETE =
      MAPPER
          .copy()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private RecordJson() {}

  /**
   * A record as text.
   *
   * @param record a record whose components Jackson knows
   * @return JSON, indented, the digest last
   * @throws IOException if it cannot be expressed
   */
  public static byte[] sealed(Object record) throws IOException {
    // Read back first, so that the digest is of what a reader will find.
    ObjectNode tree = (ObjectNode) MAPPER.readTree(MAPPER.writeValueAsBytes(record));
    tree.put(SEAL, digest(tree));
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
  }

  private static String digest(ObjectNode content) throws JsonProcessingException {
    return Sha256.of(MAPPER.writeValueAsBytes(content));
  }

  /**
   * Reads a record that {@link #sealed} wrote.
   *
   * @param <T> its type
   * @param file the file
   * @param type a record
   * @param what how messages name it, such as "result of a comparison"
   * @return the record, as it was written
   * @throws IOException if the file cannot be read, or holds anything else; the message names file,
   *     place and reason
   */
  public static <T> T readSealed(Path file, Class<T> type, String what) throws IOException {
    try {
      ObjectNode tree = tree(file);
      JsonNode seal = tree.remove(SEAL);
      if (seal == null) {
        throw new Unfit("it has no " + SEAL + ", which those of this release have");
      }
      if (!seal.asText().equals(digest(tree))) {
        throw new Unfit("it was changed since it was written, its digest does not fit it");
      }
      return record(COMPLETE, tree, type);
    } catch (Unfit e) {
      throw new IOException(
          file
              + " is no "
              + what
              + ", so that it cannot be gone on with: "
              + e.getMessage()
              + ". Remove it, or name another folder",
          e);
    }
  }

  /**
   * Reads a record that people may write themselves.
   *
   * @param <T> its type
   * @param file the file
   * @param type a record, or what it implements
   * @param what how messages name it
   * @return the record
   * @throws IOException if the file cannot be read, or holds anything else; the message names file,
   *     place and reason
   */
  public static <T> T read(Path file, Class<T> type, String what) throws IOException {
    try {
      ObjectNode tree = tree(file);
      refuseNulls(tree, "");
      return record(MAPPER, tree, type);
    } catch (Unfit e) {
      throw new IOException(file + " is no " + what + ": " + e.getMessage(), e);
    }
  }

  /** Why a file is none of those that it should be. */
  private static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit(String why) {
      super(why);
    }
  }

  private static ObjectNode tree(Path file) throws IOException, Unfit {
    long size = Files.size(file);
    if (size > MOST_BYTES) {
      throw new Unfit("it has " + size + " bytes, at most " + MOST_BYTES + " are read");
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      checkDepth(bytes);
      if (MAPPER.readTree(bytes) instanceof ObjectNode tree) {
        return tree;
      }
      throw new Unfit("it is no JSON object");
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new Unfit(
          at == null
              ? "it is no JSON"
              : "line " + at.getLineNr() + ", column " + at.getColumnNr() + " is no JSON");
    } catch (CharConversionException e) {
      throw new Unfit("it is not in UTF-8");
    }
  }

  /** A tree is read by recursion, and deep nesting would take the whole stack. */
  private static void checkDepth(byte[] bytes) throws IOException, Unfit {
    int depth = 0;
    try (JsonParser parser = MAPPER.getFactory().createParser(bytes)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > DEEPEST) {
          throw new Unfit("it is nested more than " + DEEPEST + " deep");
        }
      }
    }
  }

  /** A number that is null would count as 0. */
  private static void refuseNulls(JsonNode node, String path) throws Unfit {
    if (node.isNull()) {
      throw new Unfit("at " + path + ", a value is missing");
    }
    Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      refuseNulls(field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey());
    }
  }

  private static <T> T record(ObjectMapper mapper, ObjectNode tree, Class<T> type)
      throws IOException, Unfit {
    try {
      return mapper.treeToValue(tree, type);
    } catch (JsonMappingException e) {
      throw new Unfit(place(e) + reason(e));
    }
  }

  private static String place(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(
                each ->
                    each.getFieldName() == null
                        ? "[" + each.getIndex() + "]"
                        : "." + each.getFieldName())
            .collect(Collectors.joining());
    return path.isEmpty() ? "" : "at " + path.substring(path.startsWith(".") ? 1 : 0) + ", ";
  }

  private static String reason(JsonMappingException e) {
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return String.valueOf(e.getCause().getMessage());
    }
    if (e instanceof UnrecognizedPropertyException) {
      return "which such a record does not have";
    }
    if (e instanceof InvalidTypeIdException unknown) {
      return unknown.getTypeId() == null
          ? "it does not say which kind of record it is"
          : "there is no \"" + unknown.getTypeId() + "\"";
    }
    if (e instanceof InvalidFormatException unfit) {
      return "\"" + unfit.getValue() + "\" is of another kind";
    }
    return "a value is missing or of another kind";
  }
}
