package io.github.dl4jhardware.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.fit.PulseCurve;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.LayerConversion.Carried;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTextTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"a,b\n1,2\n", "", "é,x\n"})
  void aByteOrderMarkIsNoText(String text) throws IOException {
    for (String mark : new String[] {"", "\uFEFF"}) {
      Path file = Files.writeString(directory.resolve("text.csv"), mark + text);
      try (Reader reader = CsvText.open(file)) {
        assertThat(String.join("\n", new BufferedReader(reader).lines().toList()))
            .isEqualTo(text.strip());
      }
    }
  }

  @Test
  void aCurveFromASpreadsheetIsRead() throws IOException {
    StringBuilder text = new StringBuilder("direction,pulse,conductance_microsiemens\n");
    for (int pulse = 0; pulse < 30; pulse++) {
      text.append("potentiation,").append(pulse).append(',').append(1 + pulse).append('\n');
    }
    for (int pulse = 0; pulse < 30; pulse++) {
      text.append("depression,").append(pulse).append(',').append(31 - pulse).append('\n');
    }
    Path plain = Files.writeString(directory.resolve("plain.csv"), text);
    Path marked = Files.writeString(directory.resolve("marked.csv"), "\uFEFF" + text);
    PulseCurve without = PulseCurve.read(plain);
    PulseCurve with = PulseCurve.read(marked);
    assertThat(with.potentiation()).isEqualTo(without.potentiation());
    assertThat(with.depression()).isEqualTo(without.depression());
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+x", "-x", "@x", "\tx", "=HYPERLINK(\"http://x\")"})
  void textIsNoFormula(String text) {
    assertThat(CsvText.cell(text)).isEqualTo("'" + text);
    Row row = new Row(text, "A", "B", Outcome.KEPT, text, 0, Carried.NO_WEIGHTS);
    assertThat(new ConversionReport(List.of(row)).csv().lines().skip(1))
        .allSatisfy(line -> assertThat(line).startsWith("\"'").contains("\"'" + text.charAt(0)));
  }

  @Test
  void otherTextStays() {
    assertThat(CsvText.cell("a=b")).isEqualTo("a=b");
    assertThat(CsvText.cell("")).isEmpty();
    assertThat(CsvText.cell(null)).isNull();
  }
}
