/** Metrics and events of the guards, for Micrometer and OpenTelemetry. */
@NullMarked
package io.foreguard.spring.telemetry;

import org.jspecify.annotations.NullMarked;
