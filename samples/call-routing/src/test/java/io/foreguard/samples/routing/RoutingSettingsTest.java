package io.foreguard.samples.routing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

class RoutingSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "sample.protection=luck, luck",
    "sample.timeout=0s, 'sample.timeout must be longer than zero, but was PT0S'",
    "sample.max-age=-1s, 'sample.max-age must be longer than zero, but was PT-1S'",
  })
  void aWrongSettingStopsTheStartAndIsNamed(String setting, String message) {
    SpringApplicationBuilder application =
        new SpringApplicationBuilder(CallRoutingApplication.class)
            .web(WebApplicationType.NONE)
            .lazyInitialization(true);

    assertThatThrownBy(() -> application.run("--" + setting).close())
        .hasStackTraceContaining(message);
  }
}
