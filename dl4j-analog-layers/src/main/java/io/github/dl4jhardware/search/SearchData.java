package io.github.dl4jhardware.search;

import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.scoring.util.ScoreUtil;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Arbiter's data sources as DL4J's iterators. */
final class SearchData {
  private SearchData() {}

  static DataSource open(Class<? extends DataSource> type, @Nullable Properties properties) {
    try {
      DataSource source = type.getDeclaredConstructor().newInstance();
      if (properties != null) {
        source.configure(properties);
      }
      return source;
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "The data source " + type.getName() + " cannot be made without arguments: " + e, e);
    }
  }

  static DataSetIterator iterator(Object data) {
    return ScoreUtil.getIterator(data);
  }
}
