/** Reports what guards do through the OpenTelemetry API. */
@NullMarked
package io.foreguard.otel;

import org.jspecify.annotations.NullMarked;
