package io.foreguard.otel;

import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.PointData;

/** Reads points of every kind. */
final class Points {
  private Points() {}

  static double value(PointData point) {
    if (point instanceof LongPointData number) {
      return number.getValue();
    } else if (point instanceof DoublePointData number) {
      return number.getValue();
    } else if (point instanceof HistogramPointData histogram) {
      return histogram.getCount();
    }
    throw new AssertionError("unexpected kind of point: " + point);
  }
}
