package io.github.dl4jhardware.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTest {
  @ParameterizedTest
  @CsvSource({
    "0, at once",
    "0.5, 0.5 seconds",
    "1, 1 second",
    "59.9999, 1 minute",
    "90, 1.5 minutes",
    "3600, 1 hour",
    "86400.001, 1 day",
    "2592000, 30 days",
    "31536000, 1 year",
    "31536000000, 1000 years",
  })
  void timesAsPeopleSayThem(double seconds, String words) {
    assertThat(Html.time(seconds)).isEqualTo(words);
  }

  @Test
  void nothingThatIsWrittenIsMarkup() {
    String page =
        new Html("a <b>")
            .heads("name|text", "energy|nJ <x>", "plain")
            .cell("1 < 2")
            .text("\"quoted\" & more")
            .linked("see https://doi.org/10.1/x-y, <i>")
            .swatch(Color.RED)
            .end();
    assertThat(page)
        .contains("<title>a &lt;b&gt;</title>", "1 &lt; 2", "&quot;quoted&quot; &amp; more")
        .contains("<th class=\"text\">name</th>", "<th>plain</th>", "nJ &lt;x&gt;")
        .contains("<a href=\"https://doi.org/10.1/x-y\">https://doi.org/10.1/x-y</a>, &lt;i&gt;")
        .contains("background:#ff0000")
        .endsWith("</html>\n");
  }
}
