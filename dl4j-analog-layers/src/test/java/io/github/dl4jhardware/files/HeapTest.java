package io.github.dl4jhardware.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeapTest {
  @Test
  void whatHasRoomIsLeftAlone() {
    assertThatCode(() -> Heap.need("a table", 1000)).doesNotThrowAnyException();
  }

  /** 40 GB are more than the tests' JVM has; with them and a quarter, 51 to 54 would do. */
  @Test
  void whatHasNoneIsToldWithTheHeapThatWouldDo() {
    assertThatThrownBy(() -> Heap.need("A large table", 40L << 30))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "A large table needs 40,960 MB of heap, and [\\d,]+ of [\\d,]+ MB are free; start Java with -Xmx5[0-9]g or more \\(for mvn, in MAVEN_OPTS\\)");
  }

  @Test
  void whatRanOutIsToldToo() {
    assertThat(Heap.exhausted()).contains("is too small for this").contains("-Xmx");
  }
}
