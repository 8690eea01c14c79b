/**
 * The raw logs of a run: what was measured, one row per event, and nothing computed from it. Start
 * at {@link io.foreguard.samples.incident.raw.RawLogs}.
 */
@NullMarked
package io.foreguard.samples.incident.raw;

import org.jspecify.annotations.NullMarked;
