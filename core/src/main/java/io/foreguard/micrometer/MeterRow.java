package io.foreguard.micrometer;

import io.micrometer.core.instrument.Meter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row of a table of meters. */
interface MeterRow {
  String meterName();

  Meter.Type type();

  /** Base unit; null for plain numbers, which get no suffix in backends that write units. */
  @Nullable String unit();

  String description();

  /** Keys of its tags; every series has all of them. */
  List<String> tags();
}
