package io.github.dl4jhardware.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausesTest {
  /** Names of classes go, the words behind them stay; words that speak of Java go as a whole. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "No space left on device | : No space left on device",
        "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find a path | : PKIX path building failed: unable to find a path",
        "java.util.zip.ZipException: bad header | : bad header",
        "/home/com.acme.x/a.csv is locked | : /home/com.acme.x/a.csv is locked",
        "Cannot read it because value is null | ''",
        "ArrayIndexOutOfBoundsException | ''",
      })
  void areWordsForPeople(String message, String said) {
    assertThat(Causes.after(new IOException(message))).isEqualTo(said);
  }

  @Test
  void withoutWordsNothingIsSaid() {
    assertThat(Causes.after(new IOException())).isEmpty();
  }
}
