package io.foreguard.otel;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.LoggerBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The instrumentation scope that everything is reported under.
 *
 * @param version version of this library, or null where its resource was left out
 */
record Scope(String name, @Nullable String version, String schemaUrl) {
  static final String NAME = "io.foreguard";

  /** Version of the semantic conventions that {@code error.type} and the units follow. */
  static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.37.0";

  static Scope ours() {
    return new Scope(NAME, readVersion(), SCHEMA_URL);
  }

  Meter meter(OpenTelemetry openTelemetry) {
    MeterBuilder builder = openTelemetry.meterBuilder(name).setSchemaUrl(schemaUrl);
    if (version != null) {
      builder.setInstrumentationVersion(version);
    }
    return builder.build();
  }

  Logger logger(OpenTelemetry openTelemetry) {
    LoggerBuilder builder =
        openTelemetry.getLogsBridge().loggerBuilder(name).setSchemaUrl(schemaUrl);
    if (version != null) {
      builder.setInstrumentationVersion(version);
    }
    return builder.build();
  }

  private static @Nullable String readVersion() {
    try (InputStream file = Scope.class.getResourceAsStream("version.properties")) {
      if (file == null) {
        return null;
      }
      Properties properties = new Properties();
      properties.load(file);
      return properties.getProperty("version");
    } catch (IOException e) {
      return null;
    }
  }
}
